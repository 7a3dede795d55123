"""What stands beside the line that was found for a title, and is the title, or goes with it: the headline above a deck,
the end of a path, the work above a chapter, the chapter's name.
"""

from __future__ import annotations

from ..late_pattern import late_pattern
from ..reading.words import ends_with, telling_words
from .body.model import ARTICLE
from .title_candidates import Candidates
from .title_traits import article_text
from .verdicts import Verdicts

HEADLINE = 5  # words of a headline above a deck, at least
QUOTED = range(3, 16)  # words of a headline that is a quotation
NAMED_WORK = 8  # words of what a work or a chapter is called
_PATH = late_pattern(r"[>›»/|]")
_QUOTED = late_pattern(r"[\"“”„«»「『][^\"“”„«»「」『』]+[\"“”«»」』]")


def quoted_above(title: int, found: Candidates) -> int:
    """The line right above a title that is all in quotation marks, as the headline of an interview: the title is its
    deck.
    """
    page, above = found.page, title - 1
    if above not in found.lines or page.category[above] or page.words[above] not in QUOTED:
        return title
    return above if _QUOTED.fullmatch(page.text[above]) else title


def as_in_path(title: int, found: Candidates) -> int:
    """The line right above a title that ends with all its words: the end of a path, which has them as they are written,
    where the label of the title runs into it.
    """
    page, above = found.page, title - 1
    if above not in found.lines or found.regions[title] == ARTICLE or page.category[above]:
        return title
    return above if ends_with(page.folded[title], page.folded[above]) else title


def beside_title(title: int, found: Candidates, verdicts: Verdicts) -> list[int]:
    """The lines beside a title that are of it."""
    beside, above = _around_chapter(title, found, verdicts), title - 1
    is_free = above in found.lines and verdicts.free(above) and found.regions[above] != ARTICLE
    if is_free and not found.shapes[above].separators and _is_above_deck(above, found):
        beside.append(above)
    return beside


def _is_above_deck(above: int, found: Candidates) -> bool:
    """Whether a line may be the headline, and the title right below it, which is longer, its deck."""
    page = found.page
    is_shorter = HEADLINE <= page.words[above] < page.words[above + 1]
    if not is_shorter or page.orthography.is_sentence(page.text[above]) or _PATH.search(page.text[above]):
        return False
    article = article_text(page, found.regions)
    words = telling_words(page.folded[above], page.orthography)
    start = "" if page.orthography.is_unspaced(page.folded[above]) else " "
    return bool(words) and 2 * sum(start + word in article for word in words) >= len(words)


def _around_chapter(title: int, found: Candidates, verdicts: Verdicts) -> list[int]:
    """What belongs to a title that is the number of a chapter, or stands beside one: the work above the number, and
    what the chapter is called, right between it and the article.
    """
    page = found.page
    near = [line for line in (title, title - 1, title + 1) if 0 <= line < len(page)]
    chapter = next((line for line in near if page.category[line] == "heading"), None)
    if chapter is None or page.form == "markdown":
        return []
    beside = [chapter - 1] if chapter else []
    if chapter + 2 < len(page) and found.regions[chapter + 2] == ARTICLE:
        beside.append(chapter + 1)
    labels = [line for line in beside if verdicts.free(line) and page.is_label(line, NAMED_WORK)]
    named = [line for line in labels if line > chapter or found.shapes[line].capitals in "TtU"]
    return [line for line in (chapter, *named) if line != title]
