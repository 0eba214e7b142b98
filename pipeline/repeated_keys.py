"""Refuses a config in which a key stands twice: YAML takes the last without a word."""

import yaml

from features.errors import BadInput
from pipeline.plain import SHOWN, cut, shown_path
from pipeline.runtime.messages import shown


def check_keys(text: str, place: str) -> None:
    """Raise BadInput for a key that stands twice in one group of a config in YAML.

    place: where the text is from, as messages name it.
    """
    top = yaml.compose(text, yaml.SafeLoader)  # the fast one cannot read all that `written` writes
    left, seen = [top], {id(top)}
    while left:
        node = left.pop()
        if isinstance(node, yaml.MappingNode):
            check_group(node, place)
            inner = [part for entry in node.value for part in entry]
        else:
            inner = node.value if isinstance(node, yaml.SequenceNode) else []
        left += [each for each in inner if id(each) not in seen]
        seen |= set(map(id, inner))  # an anchor may be named a thousand times


def check_group(group: yaml.MappingNode, place: str) -> None:
    lines: dict[str, int] = {}
    for key, _ in group.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        line = key.start_mark.line + 1
        if key.value in lines:
            raise BadInput(
                f"{shown_path(place)}: the key {cut(shown(key.value), SHOWN)} stands twice, "
                f"in lines {lines[key.value]} and {line}; remove one"
            )
        lines[key.value] = line
