"""Rules that need more than one line: sections, runs and duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING

from ..reading.folding import fold
from ..reading.page import Page
from .matching.compiled_rule import CompiledRule
from .parts.posts import OF_POSTS, lines_of_posts, lines_of_remark
from .verdicts import Verdicts

if TYPE_CHECKING:
    from .statistics import Statistics


def take_section(rule: CompiledRule, marker: int, page: Page, verdicts: Verdicts) -> None:
    """Give the lines that a marker heads to its rule, as far as `Section` says."""
    for line in section_lines(rule, marker, page):
        if verdicts.free(line):
            verdicts.take(line, rule)


def section_lines(rule: CompiledRule, marker: int, page: Page) -> Sequence[int]:
    """The lines that a marker heads; none where they are more prose than a section may have.

    On a page of markers alone, each would go through all that follow; none does that has many such before it.
    """
    section = rule.rule.section
    assert section is not None
    taken: list[int] = []
    if page.scanned > MOST_SCANNED * len(page) or _is_in_contents(marker, page):
        return taken
    if section.until == "reviews":
        return taken  # see `reviews`
    if section.until == "posts":
        return lines_of_posts(marker, rule.rule.category, page)
    if section.until == "text-above":
        return lines_of_remark(marker, section.max_lines, page)
    prose = 0
    for line in range(marker + 1, len(page)):
        if len(taken) >= section.max_lines or rule.ends(page, line):
            break
        if section.until == "blank" and page.blank_before(line):
            break
        if page.is_prose(line, section.prose_words):
            if section.until == "prose":
                break
            prose += page.words[line]
            if prose > section.max_words:
                break
        taken.append(line)
    page.scanned += len(taken)
    return taken if rule.has_time(page, len(taken)) and prose <= section.max_words else []


def _is_in_contents(line: int, page: Page) -> bool:
    """Whether a line that is no heading names a heading further down, which heads what there is."""
    return page.marks[line].kind != "heading" and page.last_heading(page.folded[line]) > line


MOST_SCANNED = 100  # times as many lines as a page has


def take_runs(rule: CompiledRule, page: Page, verdicts: Verdicts, held: set[int]) -> None:
    """Take each stretch of free lines outside the article (`held`) that meet the rule's conditions."""
    assert rule.rule.run is not None
    if None not in verdicts.rule:  # as where a body has been found
        return
    least, run = rule.rule.run.min_lines, list[int]()
    for line in [*range(len(page)), None]:
        if line is not None and (line in held or not rule.meets(page, line)):
            line = None
        if line is not None:
            run.append(line)
            continue
        if len(run) >= least:
            for each in run:
                if verdicts.free(each):
                    verdicts.take(each, rule)
        run = []


def take_duplicates(
    rule: CompiledRule, page: Page, verdicts: Verdicts, held: set[int], kept: frozenset[str], alone: bool
) -> bool:
    """Take copies of a line; True if there were any. The copy that the article holds stays, or else the first.
    `alone` is whether nothing is around the article.

    Copies of a line that goes, by a category not in `kept`, are of its category. A copy that a section, the shape of
    the page or a run has taken goes to this rule all the same, since it says more. Lines are side by side, too, where
    all between them goes.
    """
    assert rule.rule.duplicate is not None
    if len(page.counts) == len(page) and not verdicts.trims:
        return False
    left = verdicts.staying(kept)
    if rule.rule.duplicate.scope == "adjacent":
        texts = verdicts.texts_left(kept)
        groups: Collection[Sequence[int]] = [*_stretches(page.folded, range(len(page))), *_stretches(texts, left)]
    else:
        groups = _same_lines(page)
    if not groups:
        return False
    beside = _neighbours([line for line in left if line in held])
    meant = _meant(page, groups, beside, alone) if rule.rule.duplicate.scope == "document" else set()
    is_verse = rule.rule.duplicate.scope == "adjacent" and _is_verse(page, held)
    taken = False
    for group in groups:
        if not rule.meets(page, group[0]):
            continue
        stays = next((line for line in group if line in held), group[0])
        for line in group:
            owner = verdicts.rule[line]
            if line in meant or (
                line in held and (is_verse or page.blocks[line] or _in_refrain(page, beside, stays, line))
            ):
                continue  # in code, in a table, in a list, in verse a line may stand twice
            if _heads_text(page, held, stays, line):
                continue
            if line == stays or line in verdicts.protected or (owner is not None and not _yields(owner)):
                continue
            category = page.category[stays] if page.category[stays] not in kept else ""
            verdicts.take(line, rule, category, f"{rule.rule.reason}: the same text as line {page.lines[stays][0] + 1}")
            taken = True
    return taken


def _neighbours(lines: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each of some lines, the one before and the one after; -1 where there is none."""
    return {line: (before, after) for line, before, after in zip(lines, [-1, *lines], [*lines[1:], -1], strict=False)}


def _is_verse(page: Page, held: set[int]) -> bool:
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


def _heads_text(page: Page, held: set[int], first: int, line: int) -> bool:
    """Whether a line is a marked heading with text of its own, as where contents or another section name it, too."""
    if page.marks[line].kind != "heading" or page.links[line] or page.category[first] == "title":
        return False
    below = next((each for each in range(line + 1, min(line + BELOW, len(page))) if each in held), line)
    return below > line and page.folded[below] not in page.folded[first + 1 : first + BELOW]


BELOW = 4  # lines from a heading to its text, such as a button between them


def _yields(owner: CompiledRule) -> bool:
    return owner.kind in ("section", "region", "run", "body", "heading")


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


VERSES, VERSE = 8, 9  # lines of a poem, and words of one
POSTS = 4  # lines of posts that a thread has
MUCH = 4  # sentences that an article says again elsewhere
PROBE = 24  # characters at the head of a line that are looked for again in it


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
