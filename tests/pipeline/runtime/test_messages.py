"""What the user reads: one line to a mistake, whatever is in it."""

import io

import pytest

from pipeline.runtime.messages import Tee, give_up, shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cat/0.png", "cat/0.png"),
        ("my set/ü 中.png", "my set/ü 中.png"),
        ("a\nb", r"'a\nb'"),
        ("a\rb\t", r"'a\rb\t'"),
        ("\x1b[31m", r"'\x1b[31m'"),
        ("caf\udce9", r"'caf\udce9'"),  # bytes that are no UTF-8, as Python names such files
        ("ü\n", r"'\xfc\n'"),
    ],
)
def test_a_name_fits_in_a_line(name, expected):
    assert shown(name) == expected
    assert shown(name).isprintable()
    shown(name).encode("utf-8")


def gives_up(capsys, mistake: str, copy) -> str:
    """The line on the screen."""
    with pytest.raises(SystemExit) as caught:
        give_up(mistake, copy)
    assert caught.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\u2028"])
def test_a_mistake_of_several_lines_becomes_one(capsys, end):
    assert gives_up(capsys, f"a: is{end}odd", None) == "error: a: is odd\n"


def test_the_copy_gathers_the_mistakes_of_all_stages(capsys, tmp_path):
    copy = tmp_path / "work/run/mistakes.txt"
    said = [gives_up(capsys, mistake, copy) for mistake in ("first: ü", "second: \\")]
    assert copy.read_text("utf-8") == "".join(said) == "error: first: ü\nerror: second: \\\n"


def test_a_copy_can_hold_any_name(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stderr", io.StringIO())  # which takes all, as the real one does
    with pytest.raises(SystemExit):
        give_up("caf\udce9", tmp_path / "copy")
    assert (tmp_path / "copy").read_text("utf-8") == "error: caf\\udce9\n"


def test_a_tee_writes_to_both_and_begins_anew(tmp_path):
    log = tmp_path / "new/stage.log"
    for word in ("before", "after"):
        screen = io.StringIO()
        tee = Tee(screen, log)
        assert tee.write(f"{word}\n") == len(word) + 1
        print("ü", end="", file=tee, flush=True)
        assert screen.getvalue() == log.read_text("utf-8") == f"{word}\nü"
        tee.log.close()
