"""Where the article begins and ends, from the shape of the text.

A linear-chain conditional random field (Lafferty, McCallum and Pereira, 2001) over the lines of a page, with four
states in a fixed order: before the article, in the article, in a gap inside it, after it. What a line looks like, what
its neighbours look like and where it stands among the page's prose each add to the score of every state; the best
path (Viterbi, 1967) is the answer. All numbers stand in the pack, under names that say what they speak of; they are
fitted by `tests/bench/fit_body.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, NamedTuple

from ..matching import Page

BEFORE, ARTICLE, GAP, AFTER = range(4)
Scores = tuple[float, float, float, float]  # one for each state
MEMO = 50_000  # shapes remembered; a page has a few hundred


@dataclass(frozen=True, slots=True)
class Parameters:
    """The `body` table of a pack.

    prose_words    a line of so many words that ends like a sentence is prose
    block_words    and so is one of so many words with a stop within it
    long_words     and one of so many words, however it ends
    bullets        characters that begin an item of a list
    bias           is added to the score of each line of an article, for each word up to `bias_words`
    least_words    an article of fewer words of prose is not believed, unless it is `least_share` of the page's words
    enter          score of a path that begins in each state
    move           scores of the steps before-article, article-gap, gap-article, article-after
    weights        what a line looks like -> score of each state
    """

    prose_words: int
    block_words: int
    long_words: int
    bullets: str
    bias: float
    bias_words: int
    least_words: int
    least_share: float
    enter: tuple[float, ...]
    move: tuple[float, ...]
    weights: Mapping[str, Scores]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Parameters:
        """Read the table; raises ValueError that names the key that is wrong."""
        given = {key.replace("-", "_"): value for key, value in table.items()}
        names = {item.name for item in fields(cls)}
        for name in sorted(given.keys() ^ names):
            raise ValueError(f"{name.replace('_', '-')}: {'unknown key' if name in given else 'missing'}")
        for name, kind in (("bullets", str), ("weights", Mapping)):
            if not isinstance(given[name], kind):
                raise ValueError(f"{name}: must be a {'string' if kind is str else 'table'}")
        for name in sorted(names - {"bullets", "weights", "enter", "move"}):
            _numbers(name.replace("_", "-"), [given[name]], 1)
        for name in ("enter", "move"):
            given[name] = _numbers(name, given[name], 4)
        given["weights"] = {name: _numbers(f"weights.{name}", row, 4) for name, row in given["weights"].items()}
        return cls(**given)


def _numbers(key: str, values: Any, count: int) -> tuple[float, ...]:
    right = isinstance(values, list) and len(values) == count
    if not right or not all(type(value) in (int, float) and isfinite(value) for value in values):
        raise ValueError(f"{key}: must be {f'{count} numbers' if count > 1 else 'a number'}")
    return tuple(values)


class Look(NamedTuple):
    """A line of a page as the model sees it; the last three are keys of its memos, see `NAMES`."""

    words: int
    prose: int  # words, if it is prose
    look: tuple[Any, ...]
    near: tuple[Any, ...]
    place: tuple[Any, ...]


SIZES = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100)  # lower ends of the word counts that are told apart
FEW = (0, 1, 2, 3, 5, 9, 17)
MASS = (0.03, 0.2, 0.8, 0.97)
SEPARATORS = ("|", "·", "•", " / ", "›", "»", " > ", "\t")
MANY = (0, 1, 15, 40, 100, 250, 600)
_SIZE_OF = [bisect_right(SIZES, count) - 1 for count in range(SIZES[-1] + 1)]


def _size(count: int) -> int:
    return _SIZE_OF[count] if count < SIZES[-1] else len(SIZES) - 1


def _few(count: int) -> int:
    return bisect_right(FEW, count)


def _many(count: float) -> int:
    return bisect_right(MANY, count)


def _separators(text: str, count: int) -> int:
    """Marks that stand between links: none, some, or many for the words of the line."""
    found = sum([text.count(mark) for mark in SEPARATORS])
    return 0 if not found else 2 if found * 5 >= count else 1


class BodyModel:
    """Finds the article. Made once from a pack's table; the memos hold pure functions of their keys."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self._memos: tuple[dict[tuple[Any, ...], Scores], ...] = ({}, {}, {})

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> BodyModel:
        """Raises ValueError that names the key that is wrong."""
        return cls(Parameters.of(table))

    def regions(self, page: Page, evidence: Sequence[str]) -> list[int] | None:
        """The state of each line of the page, or None if no article is found.

        `evidence` is the category that rules have found for each line, "" where none has.
        """
        looks = self.looks(page, evidence)
        path = self.best_path(looks)
        prose = sum([look.prose for look, state in zip(looks, path, strict=True) if state == ARTICLE])
        if prose < self.parameters.least_words:
            kept = sum([look.words for look, state in zip(looks, path, strict=True) if state == ARTICLE])
            if not kept or kept < self.parameters.least_share * sum([look.words for look in looks]):
                return None
        return path

    # --- what is looked at ---------------------------------------------------------------------------------------

    def looks(self, page: Page, evidence: Sequence[str]) -> list[Look]:
        """Of each line, all that the scores depend on."""
        traits, wanted = page.traits, self.parameters
        copies = Counter(page.bare)
        own: list[tuple[Any, ...]] = []
        classes: list[tuple[int, str]] = []
        prose: list[int] = []
        for line, text in enumerate(page.text):
            count = page.words[line]
            end = self._end(text, traits)
            stops = min(text.count(". ") + text.count("? ") + text.count("。"), 2) if count > 7 else 0
            ends_well = end in "s!" or (stops and count >= wanted.block_words)
            is_prose = count >= wanted.long_words or (count >= wanted.prose_words and ends_well)
            prose.append(count if is_prose else 0)
            size = _size(count)
            own.append(
                (
                    size,
                    end,
                    self._begin(text[0]),
                    self._capitals(text, count),
                    min(text.count(","), 3) if count > 4 else 0,
                    stops,
                    _separators(text, count),
                    "©" in text,
                    "@" in text or "http" in text or "www." in text,
                    page.document.lines[page.lines[line][0]][0].isspace(),
                    copies[page.bare[line]] > 1,
                    evidence[line],
                )
            )
            classes.append((min(size, 9) // 2, end if end in "s!:" else "-"))
        return self._placed(page, prose, own, classes)

    def _placed(
        self, page: Page, prose: Sequence[int], own: Sequence[tuple[Any, ...]], classes: Sequence[tuple[int, str]]
    ) -> list[Look]:
        """Add what depends on the rest of the page: neighbours, and where a line stands among the prose."""
        total, count = sum(prose), len(page)
        ahead_near, ahead_gap = [0.0] * count, [0] * count
        near, gap = 0.0, 0
        for i in range(count - 1, -1, -1):
            ahead_near[i], ahead_gap[i] = near, gap
            near = 0.7 * near + prose[i]
            gap = 0 if prose[i] else gap + 1
        looks: list[Look] = []
        behind, near, gap = 0, 0.0, 0
        share = bisect_right((0.2, 0.5, 0.8), total / (sum(page.words) or 1))
        size = bisect_right((1, 60, 150, 400, 1000), total)
        edge = (-1, "")
        for i in range(count):
            mass = 0 if not behind else 6 if behind == total else 1 + bisect_right(MASS, behind / total)
            place = (mass, _few(gap), _few(ahead_gap[i]), _many(near), _many(ahead_near[i]), share, size, prose[i] > 0)
            before, evidence_before = (classes[i - 1], own[i - 1][-1]) if i else (edge, "")
            after, evidence_after = (classes[i + 1], own[i + 1][-1]) if i + 1 < count else (edge, "")
            blanks = (page.blank_before(i), page.blank_after(i))
            beside = (before, after, classes[i], *blanks, evidence_before, evidence_after)
            looks.append(Look(page.words[i], prose[i], own[i], beside, place))
            behind += prose[i]
            near = 0.7 * near + prose[i]
            gap = 0 if prose[i] else gap + 1
        return looks

    @staticmethod
    def _end(text: str, traits: Any) -> str:
        last = text[-1]
        if last == ".":
            return "s"
        if last.isalpha():
            return "a"
        if last in traits.closers and (text := text.rstrip(traits.closers)):
            last = text[-1]
        if last in "!?！？؟":
            return "!"
        if last in traits.stops:
            return "s"
        return ":" if last in ":：" else "," if last in ",;،、" else "1" if last.isdigit() else "a"

    def _begin(self, first: str) -> str:
        if first.isupper():
            return "A"
        if first.islower():
            return "a"
        if first.isdigit():
            return "1"
        if first in self.parameters.bullets:
            return "*"
        return "x" if first.isalpha() else "q" if first in "\"'“‘„«»”「『—–-" else "?"

    @staticmethod
    def _capitals(text: str, count: int) -> str:
        """All upper case, all words capital, most, some (of a longer line), few."""
        if text.isupper():
            return "U"
        words = text.split(None, 24)
        large = sum([word[0].isupper() for word in words])
        if count > 12 and 2 * large <= len(words):
            return "m" if 4 * large > len(words) else "l"
        return "T" if large == len(words) else "t" if large * 2 > len(words) else "l"

    # --- scores --------------------------------------------------------------------------------------------------

    def best_path(self, lines: Sequence[Look]) -> list[int]:
        """The state of each line on the path of the highest score."""
        wanted = self.parameters
        enter, (begin, leave, back, finish) = wanted.enter, wanted.move
        looks, nears, places = self._memos
        low = -1e9
        before, article, gap, after = enter[0], enter[1], low, enter[3]
        steps: list[tuple[int, int, int]] = []  # where the article, the gap and the end were reached from
        first = True
        for seen in lines:
            a = looks.get(seen.look) or self._sum(0, seen.look)
            b = nears.get(seen.near) or self._sum(1, seen.near)
            c = places.get(seen.place) or self._sum(2, seen.place)
            words = seen.words
            extra = wanted.bias * (words if words < wanted.bias_words else wanted.bias_words)
            if first:
                first = False
                steps.append((ARTICLE, GAP, AFTER))
            else:
                from_article, into = ARTICLE, article
                if before + begin > into:
                    from_article, into = BEFORE, before + begin
                if gap + back > into:
                    from_article, into = GAP, gap + back
                if article + leave > gap:
                    from_gap, gap = ARTICLE, article + leave
                else:
                    from_gap = GAP
                if article + finish > after:
                    from_after, after = ARTICLE, article + finish
                else:
                    from_after = AFTER
                article = into
                steps.append((from_article, from_gap, from_after))
            before += a[0] + b[0] + c[0]
            article += a[1] + b[1] + c[1] + extra
            gap += a[2] + b[2] + c[2]
            after += a[3] + b[3] + c[3]
        state = max(range(4), key=(before, article, low, after).__getitem__)
        path: list[int] = []
        for step in reversed(steps):
            path.append(state)
            if state:
                state = step[state - 1]
        path.reverse()
        return path

    def _sum(self, memo: int, key: tuple[Any, ...]) -> Scores:
        weights = self.parameters.weights
        rows = [weights[name] for name in NAMES[memo](key) if name in weights]
        scores = (0.0, 0.0, 0.0, 0.0)
        if rows:
            scores = tuple(map(sum, zip(*rows, strict=True)))  # type: ignore[assignment]
        if len(self._memos[memo]) >= MEMO:
            self._memos[memo].clear()
        self._memos[memo][key] = scores
        return scores


# Names of what is looked at, as they stand in the pack. Ends: s stop, ! question or exclamation, a word, 1 digit.
# Begins: A upper, a lower, 1 digit, * bullet, x a letter without case, q quotation mark or dash, ? anything else.


def _look_names(key: tuple[Any, ...]) -> list[str]:
    size, end, begin, capitals, commas, stops, separators, rights, links, indent, copy, evidence = key
    small = min(size, 6)
    return [
        f"words {size} ends {end}",
        f"words {small} begins {begin}",
        f"words {min(size, 8)} capitals {capitals}",
        f"words {small} indent {indent:d}",
        f"words {small} copy {copy:d}",
        f"commas {commas} words {size}",
        f"stops {stops} words {size}",
        f"separators {separators} words {min(size, 9)}",
        *(["copyright"] if rights else []),
        f"links {links:d} words {small}",
        *([f"evidence {evidence}", f"evidence {evidence} words {min(size, 7) // 2}"] if evidence else []),
    ]


def _near_names(key: tuple[Any, ...]) -> list[str]:
    before, after, own, blank_before, blank_after, evidence_before, evidence_after = key
    return [
        f"before {before[0]}{before[1]} own {own[0]}{own[1]}",
        f"after {after[0]}{after[1]} own {own[0]}{own[1]}",
        f"before {before[0]}{before[1]} after {after[0]}{after[1]}",
        f"blank {blank_before:d}{blank_after:d} own {own[0]}{own[1]}",
        *([f"before evidence {evidence_before}"] if evidence_before else []),
        *([f"after evidence {evidence_after}"] if evidence_after else []),
    ]


def _place_names(key: tuple[Any, ...]) -> list[str]:
    mass, gap, ahead, near, near_ahead, share, size, prose = key
    kind = "prose" if prose else "other"
    return [
        f"{kind} mass {mass}",
        f"{kind} mass {mass} size {size}",
        f"{kind} gap {gap} ahead {ahead}",
        f"{kind} near {near} ahead {near_ahead}",
        f"{kind} gap {gap} mass {mass}",
        f"{kind} ahead {ahead} mass {mass}",
        f"{kind} near {near} mass {mass}",
        f"{kind} near ahead {near_ahead} mass {mass}",
        f"{kind} share {share}",
        f"{kind} share {share} size {size}",
    ]


NAMES = (_look_names, _near_names, _place_names)
