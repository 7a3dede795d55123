"""The words of folded lines, without the marks beside them, by which lines are compared."""

from __future__ import annotations

from .orthography import Orthography

FEW = 4  # words; shorter lines end others by chance
TELLING = 4  # letters; shorter words stand in any text
MARKS = ".,:;!?…()[]\"'“”„‘’«»"  # beside a word


def bare_words(text: str) -> list[str]:
    """The words of a text, whatever the marks."""
    return [word for part in text.split() if (word := part.strip(MARKS))]


def telling_words(text: str, orthography: Orthography) -> list[str]:
    """The longer words of a text; of a script without spaces the pairs of characters instead."""
    words = bare_words(text)
    if orthography.is_unspaced(text):
        return [word[at : at + 2] for word in words for at in range(len(word) - 1)]
    return [word for word in words if len(word) >= TELLING]


def begins_with(text: str, beginning: str) -> bool:
    """Whether a text is another one, or begins with it and then goes on with a mark, not a word."""
    return text.startswith(beginning) and not text[len(beginning) :].lstrip()[:1].isalnum()


def ends_with(text: str, end: str) -> bool:
    """Whether a text ends with all the words of another one that has more than a few."""
    words = bare_words(end)
    return len(words) > FEW and bare_words(text)[-len(words) :] == words
