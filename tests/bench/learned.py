"""What rules that are learned from some pages of a site do to others of it.

    python tests/bench/learned.py [--real] [--show N]

On made-up sites, see `pages.py`: how much of the chrome that the shipped rules leave goes, and how many lines of
articles; on the sites of the benchmark with five pages or more, with `--real`: F1 against the gold text before and
after, learned on one half of the pages and measured on the other, both ways. Each page is judged by itself.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

from pages import Site
from quality import CORPORA, read_pages, score

from stripper.authoring.learn import Learner
from stripper.authoring.pages import Source
from stripper.engine.cleaning import clean
from stripper.model import Document, Outcome
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

SITES = 28  # four of each language
PAGES = 20  # of each site to learn from, and as many others to measure on
LEAST_PAGES = 5


@cache
def shipped() -> RuleSet:
    return load_rules()


def learned(site: str, texts: Iterable[str]) -> tuple[RuleSet, int]:
    """The shipped rules with those that pages of a site propose, and how many lines these propose."""
    learner = Learner(shipped())
    for number, text in enumerate(texts):
        name = f"{site}/{number}"
        learner.add(Source(name, name, f"{site}/"), clean(Document(text, site=f"{site}/"), shipped()))
    found = learner.learned()
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder, "learned.toml")
        pack.write_text(found.pack, "utf-8")
        own = load_rules([pack], default=False) if found.proposed else None
    return replace(shipped(), rules=(*(own.rules if own else ()), *shipped().rules)), found.proposed


def before_and_after(site: str, text: str, rules: RuleSet) -> tuple[Outcome, Outcome]:
    document = Document(text, site=f"{site}/")
    return clean(document, shipped()), clean(document, rules)


def kept_lines(outcome: Outcome) -> set[int]:
    return {each.line for each in outcome.decisions if each.action == "keep"}


def made_up(show: int) -> None:
    left: Counter[bool] = Counter()  # lines that the shipped rules leave, by whether they are of an article
    gone: Counter[bool] = Counter()
    for number in range(SITES):
        site, name = Site(number), f"site{number}"
        pages = [site.lines(site.random.randint(4000, 14000)) for _ in range(2 * PAGES)]
        texts = ["\n".join([*(text for text, _ in page), ""]) for page in pages]
        rules, proposed = learned(name, texts[:PAGES])
        stays: Counter[tuple[bool, str]] = Counter()
        own, own_gone = 0, 0
        for page, text in zip(pages[PAGES:], texts[PAGES:], strict=True):
            before, after = map(kept_lines, before_and_after(name, text, rules))
            for at, (line, of_article) in enumerate(page, 1):
                if line and at in before:
                    left[of_article] += 1
                    gone[of_article] += at not in after
                    own += not of_article
                    own_gone += not of_article and at not in after
                    if of_article is (at not in after):
                        stays[of_article, line] += 1
        print(f"{name:8} {proposed:3} proposed: {own_gone} of {own} lines of chrome go", flush=True)
        for (of_article, line), times in stays.most_common(show):
            print(f"    {'LOST' if of_article else 'left'} {times:3} times: {line[:90]!r}")
    print(f"chrome: {gone[False]} of {left[False]} go ({gone[False] / left[False]:.1%})")
    print(f"articles: {gone[True]} of {left[True]} go")


def real_sites() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    sites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for corpus in (*CORPORA, "kinds"):
        for page in read_pages(corpus):
            if "gold" in page:
                sites[page["site"]].append(page)
    for name, pages in sorted(sites.items()):
        if len(pages) >= LEAST_PAGES:
            yield name, sorted(pages, key=lambda page: str(page["id"]))


def real(show: int) -> None:
    fates: Counter[str] = Counter()
    means: list[tuple[float, float]] = []
    for site, pages in real_sites():
        proposed = 0
        scores: tuple[list[Any], list[Any]] = ([], [])
        lost: Counter[str] = Counter()
        for half in (0, 1):
            rules, some = learned(site, (page["text"] for page in pages[half::2]))
            proposed += some
            for page in pages[1 - half :: 2]:
                for into, outcome in zip(scores, both := before_and_after(site, page["text"], rules), strict=True):
                    into.append(score().precision_recall(page["gold"], outcome.text))
                lines = page["text"].splitlines()
                for at in kept_lines(both[0]) - kept_lines(both[1]):
                    if lines[at - 1].strip() in page["gold"]:
                        lost[lines[at - 1].strip()] += 1
        before, after = map(_f1, scores)
        means.append((before, after))
        fates["rises" if after > before + 1e-9 else "falls" if after < before - 1e-9 else "stays"] += 1
        print(f"{site:32} {len(pages):3} pages {proposed:3} proposed  {before:.4f} -> {after:.4f}", flush=True)
        for line, times in lost.most_common(show):
            print(f"    in the gold text, gone {times} times: {line[:90]!r}")
    print(dict(fates), "mean {:.4f} -> {:.4f}".format(*map(mean, zip(*means, strict=True))))


def _f1(found: list[tuple[float | None, float | None]]) -> float:
    sides = ([value for value in side if value is not None] or [0.0] for side in zip(*found, strict=True))
    value: float = score().f1(*map(mean, sides))
    return value


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="lines of each site that went wrong")
    options = parser.parse_args()
    (real if options.real else made_up)(options.show)
