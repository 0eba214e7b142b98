"""Names by number: a list of texts in about as much memory as their letters take."""

from array import array


class Names:
    """Texts, numbered in the order in which they were added."""

    def __init__(self) -> None:
        self.letters, self.ends = bytearray(), array("q", [0])

    def __len__(self) -> int:
        return len(self.ends) - 1

    def append(self, name: str) -> None:
        self.letters += name.encode(errors="surrogateescape")
        self.ends.append(len(self.letters))

    def __getitem__(self, number: int) -> str:
        start, end = self.ends[number], self.ends[number + 1]
        return self.letters[start:end].decode(errors="surrogateescape")
