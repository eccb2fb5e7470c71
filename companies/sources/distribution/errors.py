"""Answers of a source that are no failures of it: they are about one question, and asking it again is of no use."""

from __future__ import annotations


class QuestionRefused(Exception):  # noqa: N818 - it names an answer, not a fault
    """The source does not take the question (400), or knows nothing of what it is about (404)."""

    def __init__(self, status_code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status_code = status_code


class AnswerTooLong(Exception):  # noqa: N818 - it names an answer, not a fault
    """The answer is longer than we read; ask for less."""
