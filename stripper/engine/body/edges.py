"""The short sentences at the ends of an article, which the shape of a page leaves in doubt.

The pages that weights are fitted to seldom end with one, and a foot of links often stands right below it. A short line
that ends like a sentence, of which no rule has found anything, and that stands at the article's end, or is parted from
it by no more than a line that rules know, is of the article. So are words in quotation marks beyond some such lines,
which no box has, and the last line of a page that nothing follows. What is longer is told in `continuation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...reading.page import Page
from .line_shapes import COLONS, QUESTION_MARKS, begin_of, end_of
from .parameters import Parameters
from .speech import is_said

BEYOND = 1  # lines that rules know which may stand between the article and its last sentence
BEYOND_SPEECH = 6  # and words that somebody says
BOXES = frozenset({"subscription", "promo"})  # what follows a line of these speaks of the same thing
LEAST_SAID = 2  # lines of a dialogue
RECENT = 6  # lines at the end of an article, among which some may be said
VERSE = 12  # words of one
LONGEST_QUESTION, QUESTIONS = 15, 2  # words of one, and others below it
MOST_LAST = 2  # sentences that come to the end of an article
SHORTEST = 2  # words of the last line of a page
SHORTEST_REST = 6  # words of a sentence beside a list, or beyond a box
PROSE = 8  # words of sentences, whatever stands behind them
CALL = (2, 8)  # words of what an article ends with, "That's it!" or "And who pays?"
COMMAS = (",", "，", "،")  # what a verse ends with that goes on
VERSE_LEAST = 3  # words of one
LIST = 12  # lines of one


def lines_that_go_on(first: int, page: Page, evidence: Sequence[str]) -> int:
    """The first line of an article, with those right before it that end in a comma: verses do, and labels do not."""

    def goes_on(line: int) -> bool:
        return not evidence[line] and page.text[line].endswith(COMMAS) and page.words[line] >= VERSE_LEAST

    line = first
    while line and goes_on(line - 1):
        line -= 1
    return line


def rest_of_sentence(last: int, page: Page, evidence: Sequence[str]) -> int:
    """The last line of an article that ended at `last`, with those right below it that a comma at its end leads to."""
    while last + 1 < len(page) and page.text[last].endswith(COMMAS) and not evidence[last + 1]:
        last += 1
    return last


def list_before(first: int, page: Page, evidence: Sequence[str]) -> int:
    """The first line of an article, with the list right before it and the text that leads up to that: "These are:"."""
    for line in range(first - 2, max(-1, first - 2 - LIST), -1):
        if any(evidence[line : line + 2]) or page.links[line]:
            break
        if page.text[line].endswith(COLONS) and page.is_prose(line, SHORTEST_REST):
            return line
    return first


def sentence_before(first: int, last: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> int:
    """The first line of an article, with the sentence or the question before it if that is of it."""
    if not first:
        return first
    is_sentence = _is_sentence(first - 1, page, evidence, wanted)
    return first - 1 if is_sentence or _is_question(first - 1, last, page, evidence, wanted) else first


def _is_question(line: int, last: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> bool:
    """Whether a short line asks something, as lines of an article that ends at `last` do, each above its answer."""
    if evidence[line] or end_of(page.text[line], page.orthography) != "!" or page.words[line] > LONGEST_QUESTION:
        return False
    mark = page.text[line][-1]
    others = [each for each in range(line + 2, last) if page.text[each][-1] == mark]
    is_sentence = page.orthography.is_sentence
    answered = [each for each in others if page.words[each] <= LONGEST_QUESTION and is_sentence(page.text[each + 1])]
    return len(answered) >= QUESTIONS


def end_of_questions(first: int, last: int, page: Page, evidence: Sequence[str]) -> int:
    """Where an article that ended at `last` ends, with the questions right below it, each with its answer.

    With those right above they are more than two.
    """
    text, is_sentence = page.text, page.orthography.is_sentence
    if last + 2 >= len(page) or end_of(text[last + 1], page.orthography) != "!":
        return last
    mark = text[last + 1][-1]

    def asks(line: int) -> bool:
        return text[line][-1] == mark and page.words[line] <= LONGEST_QUESTION and is_sentence(text[line + 1])

    begin = end = last
    while begin - 1 >= first and asks(begin - 1):
        begin -= 2
    while end + 2 < len(page) and not any(evidence[end + 1 : end + 3]) and asks(end + 1):
        end += 2
    return end if end - begin > 2 * QUESTIONS else last


def sentences_after(last: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> list[int]:
    """The lines after the last one of an article that are of it."""
    found = _dialogue_after(last, page, evidence)
    sentences, known, boxed = 0, 0, False
    for line in range((found or [last])[-1] + 1, len(page)):
        if evidence[line]:
            known, boxed = known + 1, boxed or evidence[line] in BOXES
            if known > BEYOND_SPEECH:
                break
            continue
        near = known <= BEYOND and not boxed
        is_call = not sentences and not known and _is_call(line, page, evidence, wanted)
        is_sentence = is_call or (near and _is_sentence(line, page, evidence, wanted))
        if sentences == MOST_LAST or not (is_sentence or _is_speech(line, page, wanted)):
            break
        found.append(line)
        sentences, known, boxed = sentences + 1, 0, False
    if not found and last + 2 == len(page) and _ends_page(page, evidence):
        found.append(last + 1)
    return found


def _is_call(line: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> bool:
    """Whether the short line right below an article calls something out or asks it, above what rules know.

    One that is asked may have its answer there. What asks readers whether a page is of use stands above buttons.
    """
    below = line + 1
    asks = page.text[line].endswith(QUESTION_MARKS)
    if asks and below + 1 < len(page) and _is_sentence(below, page, evidence, wanted):
        below += 1
    is_last = below < len(page) and evidence[below] not in {"", *BOXES, "comments" if asks else ""}
    is_called = end_of(page.text[line], page.orthography) == "!"
    return is_last and CALL[0] <= page.words[line] <= CALL[1] and is_called and not page.links[line]


def _dialogue_after(last: int, page: Page, evidence: Sequence[str]) -> list[int]:
    """The lines right below those of an article that are of its dialogue, whose lines two are at least."""
    said = [line for line in range(max(0, last + 1 - RECENT), last + 1) if is_said(line, page)]
    for line in range(last + 1, len(page)):
        if evidence[line]:
            break
        if is_said(line, page):
            said.append(line)
        elif not said or not page.orthography.is_sentence(page.text[line]):
            break
    return list(range(last + 1, said[-1] + 1)) if len(said) >= LEAST_SAID else []


def end_of_refrain(first: int, last: int, page: Page, evidence: Sequence[str]) -> int:
    """The last line of an article that ended at `last`, with the verses right below it that stand in it already.

    They are those that followed its last one before, too, or two at least that stood side by side.
    """
    if last + 1 == len(page) or page.folded[last + 1] not in page.folded[first:last]:
        return last
    is_sentence, folded = page.orthography.is_sentence, page.folded
    pairs = set(pairwise(folded[first : last + 1]))
    if (folded[last], folded[last + 1]) not in pairs and (folded[last + 1], *folded[last + 2 : last + 3]) in pairs:
        is_verse = page.words[last] <= VERSE and not is_sentence(page.text[last + 1])
        last += 2 if is_verse and not any(evidence[last + 1 : last + 3]) else 0
    while last + 1 < len(page) and not evidence[last + 1] and (folded[last], folded[last + 1]) in pairs:
        if is_sentence(page.text[last]) or is_sentence(page.text[last + 1]):
            break
        last += 1
    return last


def sentences_above_links(
    states: Sequence[int], held: int, page: Page, evidence: Sequence[str], wanted: Parameters
) -> list[int]:
    """The single sentences right below a line of an article, whose state is `held`, and above a list of links amid it.

    `states` are those of the lines up to its last one. Above other boxes such a line may speak of the same thing, or
    say what a picture shows.
    """
    return [
        line
        for line in range(1, len(states))
        if states[line] != held == states[line - 1]
        and evidence[line + 1] == "related"
        and page.words[line] >= SHORTEST_REST
        and _is_sentence(line, page, evidence, wanted)
    ]


def speech_amid(states: Sequence[int], held: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> list[int]:
    """The lines below one of the article, whose state is `held`, on which somebody is said to say something.

    `states` are those of the lines up to its last one.
    """
    found: list[int] = []
    for line in range(1, len(states)):
        if states[line] == held or not (states[line - 1] == held or found[-1:] == [line - 1]):
            continue
        if not evidence[line] and _is_speech(line, page, wanted):
            found.append(line)
    return found


def _is_speech(line: int, page: Page, wanted: Parameters) -> bool:
    """Whether somebody is said to say something: a sentence that begins with a quotation, and does not end with it."""
    text = page.text[line]
    in_bounds = wanted.edge_least <= page.words[line] <= wanted.edge_most
    return in_bounds and text[0] != "-" and begin_of(text[0], "") == "q" and page.orthography.is_sentence(text)


def _ends_page(page: Page, evidence: Sequence[str]) -> bool:
    """Whether the last line of a page reads as if it was the last one of an article, cut short or not."""
    last = len(page) - 1
    ends_well = page.words[last] >= SHORTEST and end_of(page.text[last], page.orthography) in "s!"
    return not evidence[last] and (ends_well or page.is_prose(last, PROSE)) and "@" not in page.text[last]


def _is_sentence(line: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> bool:
    text = page.text[line]
    return (
        not evidence[line]
        and wanted.edge_least <= page.words[line] <= wanted.edge_most
        and end_of(text, page.orthography) == "s"
        and "@" not in text
        and not text.endswith(("...", "…"))
    )
