"""The comments below an article: posts that people write below its head, each with its date or its buttons.

They read like an article, and there may be more of them. What they have in common is what rules know of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...reading.page import Page

DATED = "dateline"  # the category of a line that posts have beside those of their own
OF_POSTS = (DATED, "comments")  # the categories of dates and buttons of posts
TO_FIRST = 12  # lines from the head to the first of these
APART = 40  # lines from one to the next
LEAST = 3  # of them with text beside them
TEXT = 5  # words of a line that counts as text
PROSE = 10  # words of a line that ends like a sentence
ABOVE = 250  # words of prose that an article has above its comments; the first post of a thread has fewer
SELDOM = 2  # times that a head stands on its page; below each picture of a gallery stands a button
_ZEROS = bytes.maketrans(b"123456789", b"000000000")


def without_numbers(texts: Sequence[str]) -> list[str]:
    """Each text with 0 for every number: what stands at each post counts, "3 likes", "204 likes"."""
    found = "\n".join(texts).encode("utf-8", "surrogatepass").translate(_ZEROS)  # far sooner than by a pattern
    while b"00" in found:
        found = found.replace(b"00", b"0")
    return found.decode("utf-8", "surrogatepass").split("\n")


def lines_of_posts(head: int, category: str, page: Page) -> range:
    """The lines of the posts below a head, both of a category; none where no article stands above, with half the prose
    of what stands below them, or where all that they have are dates, as what is added to a report through the day.
    """
    lines = range(head + 1, _end_of_posts(head, category, page))
    if not lines or page.folded.count(page.folded[head]) > SELDOM:
        return range(0)
    if category not in page.category[head + 1 : lines.stop] and not any(map(str.isdigit, page.text[head])):
        return range(0)
    page.scanned += len(page)
    beyond = _prose_in(range(lines.stop, len(page)), page)
    return lines if _prose_in(range(head), page, together=True) >= max(ABOVE, beyond / 2) else range(0)


def lines_of_remark(marker: int, most: int, page: Page) -> range:
    """The lines of what somebody wrote right above his name and the marker, which is one line long; at most so many
    lines.
    """
    first = marker
    while first > max(0, marker - most):
        above = page.category[first - 1]
        if above in OF_POSTS and not (above == DATED and first == marker):
            break
        first -= 1
        if page.words[first] >= TEXT and not above:
            break
    return range(first, marker)


def _prose_in(lines: range, page: Page, together: bool = False) -> int:
    """The words of prose; `together`, of lines right above or below others, which those of a list of links are not."""
    prose = [page.is_prose(line, PROSE) for line in lines]
    if together:
        beside = zip([False, *prose], prose, [*prose[1:], False], strict=False)
        prose = [own and (before or after) for before, own, after in beside]
    return sum([page.words[line] for line, counts in zip(lines, prose, strict=True) if counts])


def _end_of_posts(head: int, category: str, page: Page) -> int:
    """The line behind the last post below a head; the one behind the head if there are too few."""
    mark, filled, reach, has_text = head, 0, TO_FIRST, False
    for line in range(head + 1, len(page)):
        if line - mark > reach:
            break
        if page.category[line] in (DATED, category):
            filled += has_text
            mark, reach, has_text = line, APART, False
        has_text = has_text or page.words[line] >= TEXT
    page.scanned += mark - head
    if filled + has_text < LEAST:
        return head + 1
    if not has_text:
        return mark + 1
    rest = range(mark + 1, min(mark + APART, len(page)))
    return next((line for line in rest if page.category[line]), rest.stop)
