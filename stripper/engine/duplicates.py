"""What stands more than once: lines on one page, texts within one line, and lines on many pages of a group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import pairwise, product
from typing import TYPE_CHECKING

from ..reading.folding import fold
from ..reading.page import Page
from .article import Article
from .matching.compiled_rule import CompiledRule
from .parts.posts import OF_POSTS
from .verdicts import Verdicts

if TYPE_CHECKING:
    from .statistics import Statistics

YIELDING = ("section", "region", "run", "body", "heading")  # kinds of rules whose lines may be told to be copies
BELOW = 4  # lines from a heading to its text, such as a button between them
VERSES, VERSE = 8, 9  # lines of a poem, and words of one
POSTS = 4  # lines of posts that a thread has
MUCH = 4  # sentences that an article says again elsewhere
PROBE = 24  # characters at the head of a line that are looked for again in it


def take_duplicates(rule: CompiledRule, page: Page, verdicts: Verdicts, article: Article, kept: frozenset[str]) -> bool:
    """Take copies of a line; True if there were any. The copy that the article holds stays, or else the first.

    Copies of a line that goes, by a category not in `kept`, are of its category. A copy that a section, the shape of
    the page or a run has taken goes to this rule all the same, since it says more. Lines are side by side, too, where
    all between them goes.
    """
    assert rule.rule.duplicate is not None
    if len(page.counts) == len(page) and not verdicts.trims:
        return False
    left, held, side_by_side = verdicts.staying(kept), article.held, rule.rule.duplicate.scope == "adjacent"
    if side_by_side:
        texts = verdicts.texts_left(kept)
        groups: Collection[Sequence[int]] = [*_stretches(page.folded, range(len(page))), *_stretches(texts, left)]
    else:
        groups = _same_lines(page)
    if not groups:
        return False
    beside = _neighbours([line for line in left if line in held])
    meant = set() if side_by_side else _meant(page, groups, beside, article.alone)
    is_verse = side_by_side and _is_verse(page, held)

    def may_stand_again(line: int, first: int) -> bool:
        """In code, in a table, in a list, in verse a line may stand twice."""
        is_fixed = line in held and (is_verse or page.blocks[line] > 0 or _in_refrain(page, beside, first, line))
        return line in meant or is_fixed or _heads_text(page, held, first, line)

    taken = False
    for group in groups:
        if not rule.meets(page, group[0]):
            continue
        stays = next((line for line in group if line in held), group[0])
        category = page.category[stays] if page.category[stays] not in kept else ""
        reason = f"{rule.rule.reason}: the same text as line {page.lines[stays][0] + 1}"
        for line in group:
            if line != stays and _is_open(line, verdicts) and not may_stand_again(line, stays):
                verdicts.take(line, rule, category, reason)
                taken = True
    return taken


def _neighbours(lines: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each of some lines, the one before and the one after; -1 where there is none."""
    return {line: (before, after) for line, before, after in zip(lines, [-1, *lines], [*lines[1:], -1], strict=False)}


def _is_verse(page: Page, held: Set[int]) -> bool:
    """Whether all lines of the article are as short as verses are, those that are joined, too."""
    lengths = {line: len(page.lines[line]) for line in held}
    return sum(lengths.values()) >= VERSES and all(page.words[line] <= VERSE * count for line, count in lengths.items())


def _in_refrain(page: Page, beside: Mapping[int, tuple[int, int]], first: int, line: int) -> bool:
    """Whether a line of the article stands there again together with the line beside it, and is no sentence."""
    if first == line or first not in beside or line not in beside or page.orthography.is_sentence(page.text[line]):
        return False
    if 1 < len(page.lines[first]) == len(page.lines[line]) and page.words[line] <= VERSE * len(page.lines[line]):
        return True  # verses in small letters are joined
    return _are_alike(page, beside[first], beside[line])


def _are_alike(page: Page, these: tuple[int, int], those: tuple[int, int]) -> bool:
    """Whether the same line stands before two copies, or after both."""
    pairs = zip(these, those, strict=True)
    return any(one >= 0 and two >= 0 and page.folded[one] == page.folded[two] for one, two in pairs)


def _meant(
    page: Page, groups: Collection[Sequence[int]], beside: Mapping[int, tuple[int, int]], alone: bool
) -> set[int]:
    """The copies of lines of the article that are meant to stand again, as in a manual: in other places each, where
    sentences do so again and again. A text that stands `alone` may say whole paragraphs again, as licences do. In a
    thread, whose posts have buttons and dates, a post is quoted.
    """
    if not alone and sum([category in OF_POSTS for category in page.category]) >= POSTS:
        return set()
    copies: set[int] = set()
    sentences = 0
    for group in groups:
        first, *others = [line for line in group if line in beside] or [0]
        apart = [line for line in others if alone or not _are_alike(page, beside[first], beside[line])]
        copies.update(apart)
        sentences += bool(apart) and page.orthography.is_sentence(page.text[first])
    return copies if sentences >= MUCH else set()


def _heads_text(page: Page, held: Set[int], first: int, line: int) -> bool:
    """Whether a line is a marked heading with text of its own, as where contents or another section name it, too."""
    if page.marks[line].kind != "heading" or page.links[line] or page.category[first] == "title":
        return False
    below = next((each for each in range(line + 1, min(line + BELOW, len(page))) if each in held), line)
    return below > line and page.folded[below] not in page.folded[first + 1 : first + BELOW]


def _is_open(line: int, verdicts: Verdicts) -> bool:
    """Whether no rule has a line that says more of it than that it stands twice."""
    owner = verdicts.rule[line]
    return line not in verdicts.protected and (owner is None or owner.kind in YIELDING)


def _stretches(folded: Sequence[str], lines: Sequence[int]) -> list[list[int]]:
    """Of some lines, in order, those that follow their own copies, with these."""
    stretches: list[list[int]] = []
    texts = [folded[line] for line in lines]
    for at in [at for at, (text, after) in enumerate(pairwise(texts)) if text == after and text]:
        if not stretches or stretches[-1][-1] != lines[at]:
            stretches.append([lines[at]])
        stretches[-1].append(lines[at + 1])
    return stretches


def _same_lines(page: Page) -> Collection[list[int]]:
    groups: dict[str, list[int]] = {text: [] for text, count in page.counts.items() if count > 1 and text}
    for line, text in enumerate(page.folded):
        if text in groups:
            groups[text].append(line)
    return groups.values()


def take_doubled(rules: Iterable[CompiledRule], page: Page, verdicts: Verdicts) -> None:
    """Find a text that stands twice within one line: `text text`, or with something `between`, `text (credit) text`.

    With something between the whole line goes; without, the second copy is trimmed.
    """
    texts = [(line, text) for line, text in enumerate(page.text) if len(text) >= 2 * PROBE]
    found = [(line, second) for line, text in texts if (second := text.find(text[:PROBE], PROBE)) >= 0]
    for rule, (line, second) in product(rules, found):
        if not verdicts.free(line):
            continue
        text = page.text[line]
        copy, gap = text[second:], text[:second]
        if not copy.strip(page.orthography.trimmings):  # a rule of dashes, which is the same wherever it is cut
            continue
        if not fold(gap).startswith(fold(copy).rstrip(page.orthography.trimmings)) or not rule.meets(page, line):
            continue
        rest = gap[len(copy.rstrip(page.orthography.trimmings)) :].strip(page.orthography.trimmings)
        if len(copy) < len(rest):
            continue
        between = rule.rule.duplicate is not None and rule.rule.duplicate.between
        if rest and between:
            verdicts.take(line, rule)
        elif not rest and not between:
            verdicts.trim(line, len(gap.rstrip()), len(text), rule)


def take_known(rules: Iterable[CompiledRule], page: Page, verdicts: Verdicts, statistics: Statistics) -> None:
    """Take lines that stand on many documents of the group."""
    documents = statistics.documents
    specs = [(rule, rule.rule.duplicate) for rule in rules if rule.rule.duplicate is not None]
    specs = [(rule, spec) for rule, spec in specs if documents >= spec.min_documents]
    counts = statistics.counts_of(page.folded) if specs else []
    for rule, spec in specs:
        least = max(spec.min_documents, spec.min_share * documents)
        for line, count in enumerate(counts):
            if count >= least and verdicts.free(line) and rule.meets(page, line):
                where = f"on {count} of {documents} pages of {statistics.name}"
                verdicts.take(line, rule, reason=f"{rule.rule.reason}: {where}")
