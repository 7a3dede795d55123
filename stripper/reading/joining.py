"""Lines that are pieces of one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import or_

from ..late_pattern import late_pattern
from .orthography import Orthography


def sentence_starts(
    texts: Sequence[str], numbers: Sequence[tuple[int, ...]], apart: Sequence[bool], orthography: Orthography
) -> list[int]:
    """Which texts are not pieces of the sentence of the one before them, as indices.

    `texts` are the lines of a document that have words, without the white space around them, `numbers` which lines
    they are, and `apart` says of each whether it begins something, as an item of a list does. Scrapers that put each
    link and each bold word on a line of its own break sentences; lines wrapped to a width do so too.
    """
    openers, least = orthography.openers, orthography.join_words
    opens = [text[0] in openers and not _is_script(text) for text in texts]
    small = [text[0].islower() and not (_is_script(text) or _STAMP.search(text)) for text in texts]
    may_go_on = [*map(or_, opens, small), False]
    bylines = _bylines(texts, may_go_on, orthography)
    heads: list[int] = []
    joined = False  # the text before, to the one before it
    for at, text in enumerate(texts):
        goes_on = False
        if at and (may_go_on[at] or may_go_on[at + 1]) and not apart[at]:
            goes_on = opens[at]
            if not goes_on and _is_open(texts[at - 1], orthography) and not _PARTED.search(text):
                count, long = text.count(" ") + 1, joined or texts[at - 1].count(" ") + 1 >= least
                below = numbers[at][0] == numbers[at - 1][-1] + 1
                is_apart = at - 1 not in bylines and at + 1 not in bylines
                goes_on = small[at] and (long or count >= 2 * least) and at - 1 not in bylines
                is_apart = is_apart and not _names_writer(at, texts, may_go_on)
                if not goes_on and may_go_on[at + 1] and count < 2 * least and below and is_apart:
                    # A linked name in mid-sentence, right below its head: what follows begins with a comma, or in
                    # lower case.
                    goes_on = opens[at + 1] or long
        if goes_on and at in bylines:
            goes_on = joined or texts[at - 1].count(" ") >= _LONG
        if goes_on and not opens[at]:
            may_name = at + 1 < len(texts) and text.count(" ") < _NAME and text[-1].isalnum()
            beside = [at - 1, at, *([at + 1] if may_name else [])]
            goes_on = not any(_STAMP.search(texts[each]) for each in beside)
        joined = goes_on
        if not goes_on:
            heads.append(at)
    return heads


def _is_open(text: str, orthography: Orthography) -> bool:
    """Whether a sentence may go on after a text."""
    last = text[-1]
    # A small letter after a script without capitals is no sign of anything.
    if last in _OPEN_ENDS:
        return not orthography.is_sentence(text)  # a quotation mark may close one
    return last.islower() or last.isupper() or last.isdigit()


def _names_writer(at: int, texts: Sequence[str], may_go_on: Sequence[bool]) -> bool:
    """Whether a line may be a person's name above what he is, "Ann Reed" above "reporter": no sentence ends with that,
    or goes on below it."""
    words, office = texts[at].split(), texts[at + 1] if at + 1 < len(texts) else ""
    if len(words) not in _PERSON or not all(map(str.istitle, words)) or not office[:1].islower():
        return False
    return office.count(" ") < _OFFICE and office[-1].isalpha() and not any(may_go_on[at + 2 : at + 4])


def _is_script(text: str) -> bool:
    """Whether a text begins as scripts of pages do."""
    return text.startswith(_SCRIPT) or (text[-1] in ");}" and text.startswith(_STATEMENT))


def _bylines(texts: Sequence[str], may_go_on: Sequence[bool], orthography: Orthography) -> set[int]:
    """Which texts name the writer, or a date right below him, and are no pieces of a sentence."""
    parted = _parted_bylines(texts, may_go_on, orthography)
    single = _single_bylines(texts, orthography)
    if not single:
        return parted
    rows = enumerate(zip(texts, may_go_on[1:], strict=True))
    dated = {at for at, text in enumerate(texts) if at and texts[at - 1] in single and any(map(str.isdigit, text))}
    found = {
        at
        for at, (text, goes_on) in rows
        if text in single and (text[0].isupper() or not goes_on or (at + 1 in dated and texts[at + 1].count(" ") <= 3))
    }
    return found | {at + 1 for at in found if at + 1 in dated} | parted


def _parted_bylines(texts: Sequence[str], may_go_on: Sequence[bool], orthography: Orthography) -> set[int]:
    """Which texts are a word such as "by" alone, and the name below it, where no sentence goes on behind that."""
    words = frozenset(orthography.byline_words)
    found: set[int] = set()
    for at in [at for at, text in enumerate(texts[:-1]) if text in words and not may_go_on[at + 2]]:
        names = texts[at + 1].split()
        if len(names) <= _MOST_NAMES and all(name[0].isupper() for name in names) and names[-1][-1].isalnum():
            found |= {at, at + 1}
    return found


def _single_bylines(texts: Sequence[str], orthography: Orthography) -> frozenset[str]:
    """The texts that name the writer. A list names many, each below a work of his, and has none."""
    starts = (*orthography.byline_starts, *map(str.capitalize, orthography.byline_starts))
    found = [text for text in texts if text.startswith(starts)]
    firsts = Counter(text.partition(" ")[0] for text in found)
    return frozenset(text for text in found if firsts[text.partition(" ")[0]] <= _FEW and _is_name(text))


def _is_name(text: str) -> bool:
    """Whether a line that begins as one that names the writer has a name and no more, or an office behind a comma."""
    name, _, office = text.partition(", ")
    is_office = not office or (text[0].isupper() and office[0].isupper() and office.count(" ") < _OFFICE)
    return name.count(" ") <= 3 and is_office and name[-1].isalnum() and text[-1].isalnum()


_PARTED = late_pattern(r"\w [|·•] \w")  # who wrote a text and when, a path: no sentence has such a mark in it
# What ends with a date and a time tells when something was written.
_STAMP = late_pattern(r"\b(?:19|20)\d\d\b\D{1,9}\d?\d[:.h]\d\d(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,4})?$")
_SCRIPT = ("!function", "!(")  # how scripts begin
_STATEMENT = ("window.", "document.", "googletag.", "var _", "try{", "try {")  # and their statements, in small letters
_FEW = 2  # writers, of the article and of another one that a page leads to
_OFFICE = 3  # words of what a writer is, "Garden Editor"
_PERSON = range(2, 4)  # words of a name
_MOST_NAMES = 4  # words of one, if nothing but a word such as "by" stands above it
_NAME = 5  # words of one, and of what stands before it
_LONG = 12  # words; what stands above a byline is shorter
_OPEN_ENDS = frozenset(',-–—("“„«')  # after these, as after a letter that has case or a digit, a sentence goes on
