"""What goes on with an article below the line that it seemed to end at: its text beyond a box that interrupts it, or
below a standfirst, and the part or the list that comes last.

A short article may be taken to end at a box of links that only interrupts it: see `text_after_links`.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category

from ...reading.page import Page
from .edges import MOST_LAST, PROSE, SHORTEST, SHORTEST_REST
from .line_shapes import end_of

HEAD = frozenset({"byline", "dateline", "caption"})  # what stands between a standfirst and the text
FEW = 80  # words of a standfirst, at most
SHARE = 4  # times as many words as below it a piece of an article has, at most
APART = 6  # lines between two paragraphs, such as the items of a list
LINKED = 0.3  # of a line that leads elsewhere
LINKS = 6  # lines of a list of links amid an article that no rule knows
PARAGRAPHS = 2  # of the text beyond one
SHORT_ARTICLE = 200  # words above one that ends the article of all pages of the benchmark that have more
BELOW = 12  # lines right below a short article, up to what rules know
EXPLAINED = 0.7  # of the lines around an article that rules know; of real pages they know less than half
LEAST_REST = 3  # lines of what is left of an article there
DASHES, SIGNED = ("—", "–", "―"), 3  # words of a name behind one
LABEL = 6  # words of a heading
INTERRUPTING = frozenset({"related", "subscription", "promo", "advertisement", "caption", ""})  # what a box amid is
BESIDE = frozenset({"share", ""})  # what stands in one, too, but below an article more often
LEAST_ITEMS = 2  # of a list that has marks
LEAST_PART = 2  # lines of a part of an article: a heading and a sentence
MARKS = ("Pd", "So", "Sm")  # kinds of characters that head an item: dashes, "▽", "→"


def text_below(first: int, last: int, page: Page, evidence: Sequence[str]) -> range:
    """The lines below an article from `first` to `last` that go on with it; it may be none.

    What ends above a writer or a date was only its standfirst. In Markdown, text without links goes on with the few
    words above it, as long as no rule knows anything between them.
    """
    start = last + 1
    while start < len(page) and evidence[start] in HEAD:
        start += 1
    words = sum(page.words[first : last + 1])
    is_headed = start > last + 1
    if words > FEW or not (is_headed or page.form == "markdown"):
        return range(last, last)
    end, beyond = last, 0
    for line in range(start, len(page)):
        leads_on = page.links[line] > LINKED and page.marks[line].kind != "item"
        if evidence[line] or leads_on or line - max(end, start - 1) > APART:
            break
        if page.is_prose(line, PROSE):
            end, beyond = line, beyond + page.words[line]
    enough = beyond >= words if is_headed else SHARE * beyond >= words
    return range(last + 1, end + 1) if enough else range(last, last)


def part_below(first: int, last: int, page: Page, evidence: Sequence[str]) -> int:
    """Where an article of few words that ended at `last` ends, with what stands between it and the first line below it
    that rules know: text, or a heading, a list and text.
    """
    if sum(page.words[first : last + 1]) > SHORT_ARTICLE:
        return last
    part = _unknown_below(last, page, evidence)
    return max(_end_of_text(part, page), _end_of_headed(part, page))


def _unknown_below(last: int, page: Page, evidence: Sequence[str]) -> range:
    """The lines right below a `last` one up to the first that rules know; none if that is far away, or not there."""
    below = range(last + 1, min(last + 2 + BELOW, len(page)))
    return range(last + 1, next((line for line in below if evidence[line]), last + 1))


def _end_of_text(part: range, page: Page) -> int:
    """The last paragraph of a part that begins with one and has others; the line above the part if it has not."""
    if not part or not page.is_prose(part[0], PROSE):
        return part.start - 1
    prose = [line for line in part if page.is_prose(line, PROSE)]
    return prose[-1] if len(prose) >= PARAGRAPHS else part.start - 1


def _end_of_headed(part: range, page: Page) -> int:
    """The last line of a part that is a heading, a list and text, with the list on either side of the text; the line
    above the part if it is none.
    """
    above = part.start - 1
    # Items in small letters are joined, with the heading, too, as pieces of a sentence are.
    labels = [line for line in part if page.is_label(line, LABEL * len(page.lines[line]))]
    if len(part) < LEAST_PART or part[0] not in labels or any(page.links[line] for line in part):
        return above
    is_text = page.is_prose(part[-1], PROSE) and end_of(page.text[part[-1]], page.orthography) == "s"
    is_list = len(labels) == 1 or len(labels) > LEAST_ITEMS or any(page.text[line][0].islower() for line in labels)
    others = {*part} - {*labels}
    return part[-1] if is_text and is_list and all(page.is_prose(line, PROSE) for line in others) else above


def rest_below(first: int, last: int, page: Page, evidence: Sequence[str]) -> int:
    """Where an article that ended at `last` ends on a page whose frame rules know nearly all of, with the lines below
    it that they do not know, up to the last one that ends like a sentence or signs a letter: "—Ann".

    Two such lines may name the writer and tell about him.
    """
    below = _unknown_below(last, page, evidence)
    if not below or any(page.links[line] for line in below):
        return last
    around = [*range(first), *range(below.stop, len(page))]
    is_explained = sum(bool(evidence[line]) for line in around) >= EXPLAINED * (len(around) - 1)  # but the headline
    ends = [line for line in below if _ends_part(line, page)]
    return ends[-1] if is_explained and ends and ends[-1] - last >= LEAST_REST else last


def _ends_part(line: int, page: Page) -> bool:
    text, end = page.text[line], end_of(page.text[line], page.orthography)
    is_signed = text[0] in DASHES and text[1:2].isupper() and page.words[line] <= SIGNED
    return "@" not in text and (is_signed or end == "s" or (end == "!" and page.words[line] >= SHORTEST))


def text_after_links(first: int, last: int, page: Page, evidence: Sequence[str]) -> range:
    """The lines beyond a list of links that are of an article, which ended at `last`; it may be none.

    They are if they have half as many words as what stands above the links: the box only interrupted the article.
    """
    words_above = sum(page.words[first : last + 1])
    if words_above <= SHORT_ARTICLE and (beyond := _rest_of_short(last, page, evidence)):
        return beyond
    end = last
    while (start := _next_prose(end, page, evidence)) is not None:
        if evidence[last + 1 : start].count("") > LINKS or "related" not in evidence[last + 1 : start]:
            break
        end, count, words = _prose_from(start, page, evidence)
        if count >= PARAGRAPHS and 2 * words >= words_above:
            return range(start, end + 1)
    return range(last, last)


def _rest_of_short(last: int, page: Page, evidence: Sequence[str]) -> range:
    """The sentences right beyond a box that interrupts an article of few words.

    Where something else than what rules know ends a single one, that may be the title below a teaser; not so what leads
    up to a quotation.
    """

    def is_rest(line: int, ends: str = "s", least: int = SHORTEST_REST) -> bool:
        text = page.text[line]
        is_long = page.words[line] >= least and "@" not in text
        return is_long and not evidence[line] and end_of(text, page.orthography) in ends

    def is_short_rest(line: int) -> bool:
        return is_rest(line, least=SHORTEST_REST - 1) and line + 1 < len(page) and bool(evidence[line + 1])

    start = last + 1
    while start < len(page) and not is_rest(start) and not is_short_rest(start):
        start += 1
    box = {*evidence[last + 1 : start]}
    if start - last > LINKS or box <= BESIDE or not box <= INTERRUPTING | BESIDE:
        return range(last, last)
    end_of_long = min(start + 1, len(page))
    while end_of_long < len(page) and is_rest(end_of_long, "s:"):
        end_of_long += 1
    end = end_of_long
    for _ in range(MOST_LAST):
        end += end < len(page) and is_rest(end, "s!", SHORTEST)
    if end == len(page) or evidence[end]:
        return range(start, end)
    stop = next((line for line in range(end, min(start + BELOW, len(page))) if evidence[line]), start)
    if stop > end and is_rest(stop - 1) and not any(page.links[line] for line in range(start, stop)):
        return range(start, stop)  # with a heading, a list and whatever else stands between its sentences
    return range(start, end_of_long) if end_of_long > start + 1 else range(last, last)


def _next_prose(last: int, page: Page, evidence: Sequence[str]) -> int | None:
    """The first line beyond a `last` one that is prose and that no rule knows."""
    beyond = (line for line in range(last + 1, len(page)) if not evidence[line])
    return next((line for line in beyond if page.is_prose(line, PROSE)), None)


def _prose_from(start: int, page: Page, evidence: Sequence[str]) -> tuple[int, int, int]:
    """The last line of prose from a `start` on that no rule and no two lines of anything else interrupt; how many lines
    of prose these are, and of how many words."""
    end, count, words = start, 0, 0
    for line in range(start, len(page)):
        if evidence[line] or line - end > 2:
            break
        if page.is_prose(line, PROSE):
            end, count, words = line, count + 1, words + page.words[line]
    return end, count, words


def list_after(last: int, page: Page, evidence: Sequence[str]) -> range:
    """The lines of a list below an article that ended at `last`, with the text that goes on below it; it may be none.

    Each item begins with the same mark, such as a dash: in plain text what stands around an article has none. A label
    may head the list, and one line that rules know may stand before it.
    """
    if page.form != "plain":
        return range(last, last)
    start = last + 1
    start += start < len(page) and evidence[start] in INTERRUPTING - {""}
    first = start
    if first < len(page) and not evidence[first] and _mark_of(first, page) == "" and page.words[first] <= LABEL:
        first += 1
    end = first
    mark = _mark_of(first, page) if first < len(page) else ""
    while mark and end < len(page) and not evidence[end] and _mark_of(end, page) == mark:
        end += 1
    if end - first < LEAST_ITEMS:
        return range(last, last)
    while end < len(page) and not evidence[end] and page.is_prose(end, PROSE):
        end += 1
    return range(start, end)


def _mark_of(line: int, page: Page) -> str:
    """What heads an item of a list, a dash or a sign; "" for other lines."""
    first = "•" if page.marks[line].kind == "item" else page.text[line][0]
    return first if first == "•" or category(first) in MARKS else ""
