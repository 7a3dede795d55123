"""Headings and steps that count: of lines of an article that begin with the numbers 1, 2, 3 none is left out alone.

Of 400 such lines of the benchmark that stood in a gap 386 were of the article. Where what counts on follows the end of
the article, as "Step 3" after a second step or "9. Contact" after eight sections, it is of it with the line below it.
So are the sections of a chapter that are named right above its introduction, and stand on pages of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import MutableSequence, Sequence

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.model import ARTICLE, GAP, article_ends
from ..verdicts import Verdicts

MOST = 100
LONGEST = 20  # words; longer ones may be the references below an article
LEAST = 3  # steps below an article, and sentences among them
APART = 2  # lines from one of these to the next
DIGITS = 2  # of the number of a step that stands alone
PROSE = 5  # words of a line that ends like a sentence
_COUNTED = late_pattern(r"(?P<before>|[^\W\d][^\d]{0,20}|§ ?)(?P<number>[0-9]{1,2})(?P<behind>[^\s\d]|)(?!\d)")
_PART = late_pattern(r"(?P<chapter>(?:[0-9]{1,2}\.)*)(?P<number>[0-9]{1,2})(?P<mark>[.)]?[ \t])")
_BEGINS = tuple("0123456789(")
BEHIND = ".)、．:：）"  # what stands between a number and the words


def take_numbered(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the numbered lines in its gaps, where the next number is amid the article too.

    `states` is the state of each line, which is changed in place.
    """
    if ARTICLE not in states:
        return
    first, last = article_ends(states)
    start = first - _opens(first - 1, range(first, last + 1), page, verdicts)
    start = _start_of_sections(start, page, verdicts)
    states[start:first] = [ARTICLE] * (first - start)
    first = start
    amid = range(first, last + 1)
    if GAP in states:
        short = [line for line in amid if page.words[line] <= LONGEST and verdicts.free(line)]
        numbers = {line: number for line in short if (number := number_of(page.text[line]))}
        there = set(numbers.values())
        for line, number in numbers.items():
            if states[line] != GAP:  # the last line of a page may be one that stays
                continue
            if (number == 1 and states[line + 1] == ARTICLE) or not there.isdisjoint((number - 1, number + 1)):
                states[line] = ARTICLE
        _take_bare_numbers(states, short, page)
    end = _end_of_steps(last, page, verdicts)
    end = _end_of_headings(range(first, end + 1), page, verdicts)
    states[last + 1 : end + 1] = [ARTICLE] * (end - last)


def _opens(line: int, amid: range, page: Page, verdicts: Verdicts) -> bool:
    """Whether a line right above the article is the first of its numbered headings."""
    part = _PART.match(page.text[line]) if line >= 0 and page.words[line] <= LONGEST else None
    if part is None or not verdicts.free(line) or page.orthography.is_sentence(page.text[line]):
        return False
    following = f"{part['chapter']}{int(part['number']) + 1}{part['mark']}"
    return any(page.text[each].startswith(following) for each in amid if verdicts.free(each))


def _start_of_sections(first: int, page: Page, verdicts: Verdicts) -> int:
    """The line where a list of the sections of a chapter, "4.1 ...", "4.2 ...", begins that stands right above an
    article on the chapter, which has none of them in it; `first` if there is no such list.
    """
    start, chapters, names = first, set[str](), set[str]()
    while start and verdicts.free(start - 1) and page.words[start - 1] <= LONGEST:
        part = _PART.match(page.text[start - 1])
        if part is None or not part["chapter"]:
            break
        start -= 1
        chapters.add(part["chapter"].partition(".")[0])
        names |= {page.folded[start], page.folded[start][part.end() :].strip()}
    is_list = first - start >= LEAST and len(chapters) == 1 and names.isdisjoint(page.folded[first:])
    return start if is_list else first


def _take_bare_numbers(states: MutableSequence[int], short: Sequence[int], page: Page) -> None:
    """Give the article the numbers that stand alone above a name and the text of the article, as docs count steps."""
    free = set(short)
    steps = {
        int(page.text[line]): line
        for line in short
        if len(page.text[line]) <= DIGITS
        and page.text[line].isdecimal()
        and (line + 1 in free or states[line + 1 : line + 2] == [ARTICLE])
        and _text_below(line, states, page)
    }
    for number, line in steps.items():
        if steps.get(number - 1, len(page)) < line or steps.get(number + 1, 0) > line:
            states[line] = states[line + 1] = ARTICLE


def _text_below(line: int, states: Sequence[int], page: Page) -> bool:
    """Whether text of the article stands below a line, with a name between them or without."""
    below = range(line + 1, min(line + 3, len(page)))
    return any(states[each] == ARTICLE and page.is_prose(each, PROSE) for each in below)


def _end_of_steps(last: int, page: Page, verdicts: Verdicts) -> int:
    """Where an article that ended at `last` ends, with the steps right below it, among which sentences stand."""
    end, steps, sentences = last, 0, 0
    for line in range(last + 1, len(page)):
        if not verdicts.free(line) or line - end > APART:
            break
        if number_of(page.text[line]) == steps + 1:
            end, steps = line, steps + 1
        elif steps and page.orthography.is_sentence(page.text[line]):
            end, sentences = line, sentences + 1
    return end if steps >= LEAST and sentences >= LEAST else last


def _end_of_headings(amid: range, page: Page, verdicts: Verdicts) -> int:
    """Where an article ends, with what counts on from its headings right below it, and the line that each heads.

    That is text, or two numbers before are in the article.
    """
    end = amid.stop - 1
    if end + 2 >= len(page) or _counted(page.folded[end + 1]) is None:
        return end
    there = {_counted(page.folded[line]) for line in amid}
    while end + 2 < len(page) and verdicts.free(end + 1) and (found := _counted(page.folded[end + 1])):
        before, number, behind = found
        is_second = (before, number - 2, behind) in there and verdicts.free(end + 2)
        if (before, number - 1, behind) not in there or not (is_second or page.is_prose(end + 2, PROSE)):
            break
        there.add(found)
        end += 2
    return end


def _counted(text: str) -> tuple[str, int, str] | None:
    """What stands before the number of a line that counts, the number, and what stands right behind it: `"", 9, "."`
    of "9. Contact", `"step ", 3, ""` of "Step 3"; None for any other."""
    found = _COUNTED.match(text)
    if found is None or not (found["before"] or found["behind"]):
        return None
    return found["before"], int(found["number"]), found["behind"]


def number_of(text: str) -> int:
    """The number that heads a line, in figures or in signs that count, as "(2) ", "3、" or "④"; 0 for none."""
    if text[:1].isascii() and text[:1] not in _BEGINS:
        return 0  # as most lines are
    text = text.lstrip("(（ ")
    digits = len(text) - len(text.lstrip("0123456789"))
    if digits:
        number = int(text[:digits]) if digits < 4 else 0
    else:
        digits, value = 1, unicodedata.numeric(text[:1] or " ", 0.0)
        number = int(value) if value == int(value) else 0
        if number and not text[0].isalpha():
            return number
    marked = text[digits : digits + 1] in tuple(BEHIND) and not text[digits + 1 : digits + 2].isdecimal()
    return number if marked and number < MOST else 0
