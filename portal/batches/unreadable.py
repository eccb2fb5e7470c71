"""What is said of a list of companies that cannot be read."""

from __future__ import annotations


class UnreadableList(Exception):  # noqa: N818 - a list that is refused is not an error of ours
    """A list that is refused; `sentences` say why, in the reader's language."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
