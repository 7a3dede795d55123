"""How clean the pages of the benchmark come out, and what went wrong on them: the loop for work on rules.

    python tests/bench/quality.py [--corpus NAME ...] [--field text|markdown|...] [--worst N] [--twice] [--country]

Prints the benchmark's own table with the share of pages that lose more than half of their gold text; then, of the
worst pages, the gold words that went, by the rule that took them, and the lines that stayed and should not have, most
words first. `--twice` cleans each page again and names those that change.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import stripper
from stripper.rules.ruleset import RuleSet

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench"
CORPORA = ("idnews", "fundus", "np4k", "wcxb", "traf")
FORMS = ("markdown", "markdown_wrapped", "dump", "wet", "glued")
FIELDS = ("text", "text_fragments", *FORMS)
Pages = list[dict[str, Any]]


@cache
def score() -> Any:
    """The benchmark's own measures."""
    spec = importlib.util.spec_from_file_location("score", BENCH / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_pages(corpus: str) -> Pages:
    """The pages of a corpus, each with the FIELDS that it has."""
    pages = _read(BENCH / "pages" / f"{corpus}.jsonl.gz")
    forms = BENCH / "forms" / f"{corpus}.jsonl.gz"
    others = {page["id"]: page for page in _read(forms)} if forms.exists() else {}
    for page in pages:
        other = others.get(page["id"], {})
        page |= {field: other[field] for field in FORMS if other.get(field, "").strip()}
    return pages


def _read(file: Path) -> Pages:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def seen(field: str, output: str) -> str:
    """What is scored of an output: of Markdown what a reader sees of it."""
    visible: str = score().visible(output) if field.startswith("markdown") else output
    return visible


def measure(pages: Pages, outputs: Sequence[str]) -> dict[str, float]:
    """The benchmark's figures, and the share of pages that lose more than half of their gold text."""
    row: dict[str, float] = score().score(pages, outputs)
    recalls = [
        score().precision_recall(page["gold"], output)[1] or 0.0
        for page, output in zip(pages, outputs, strict=True)
        if "gold" in page
    ]
    if recalls:
        row["lost>half"] = sum(recall < 0.5 for recall in recalls) / len(recalls)
    return row


def show(corpus: str, field: str, row: dict[str, float]) -> None:
    print(f"{corpus:8s} {field:15s} " + "  ".join(f"{name} {value:.3f}" for name, value in row.items()), flush=True)


@cache
def rules() -> RuleSet:
    return stripper.load_rules().with_options(drop=["title"])


def mistakes(page: dict[str, Any], outcome: stripper.Outcome) -> tuple[int, list[str]]:
    """How many words of a page went wrong, and lines that tell of it."""
    grams = score().shingles(page["gold"]) if "gold" in page else Counter()
    lost: Counter[str] = Counter()
    shown: list[tuple[int, str]] = []
    text = outcome.document.text
    for each in outcome.decisions:
        piece = text[each.start : each.end].strip()
        wanted = _wanted(piece, page, grams)
        words = len(score().TOKEN.findall(piece))
        if wanted is None or not words or wanted is (each.action == "keep"):
            continue
        if each.action == "remove":
            lost[each.rule] += words
            shown.append((words, f"  lost {words:4d}  {each.rule}: {piece[:110]!r}"))
        else:
            shown.append((words, f"  kept {words:4d}  {piece[:120]!r}"))
    shown.sort(key=lambda item: -item[0])
    by_rule = [f"  lost by {rule}: {words} words" for rule, words in lost.most_common(4)]
    return sum(words for words, _ in shown), by_rule + [line for _, line in shown[:8]]


def _wanted(piece: str, page: dict[str, Any], grams: Counter[Any]) -> bool | None:
    """Whether a line belongs to the article; None if the page does not say."""
    if grams:
        own = score().shingles(piece)
        return sum(gram in grams for gram in own) * 2 >= len(own) if own else None
    flat = score().SPACE.sub(" ", piece)
    for key, answer in (("with", True), ("without", False)):
        parts = [score().SPACE.sub(" ", part) for part in page.get(key, ())]
        if any(part in flat or (len(flat) > 15 and flat in part) for part in parts):
            return answer
    return None


def show_worst(pages: Pages, outcomes: Sequence[stripper.Outcome], count: int) -> None:
    """The pages with most words gone wrong, and what they were."""
    if not count:
        return
    wrong = [mistakes(page, outcome) for page, outcome in zip(pages, outcomes, strict=True)]
    for number in sorted(range(len(pages)), key=lambda number: -wrong[number][0])[:count]:
        print(f"- {pages[number]['id']}: {wrong[number][0]} words, {pages[number]['url']}")
        print("\n".join(wrong[number][1]))


def run(task: tuple[str, str]) -> tuple[Pages, list[stripper.Outcome]]:
    """Clean a corpus."""
    pages = [page for page in read_pages(task[0]) if task[1] in page]
    return pages, [stripper.strip(page[task[1]], rules=rules()) for page in pages]


def changes_again(text: str) -> bool:
    """Whether cleaning a page twice leaves less than cleaning it once; with titles kept, as the defaults do.

    A title that has been dropped makes room for another.
    """
    once = stripper.strip(text).text
    return stripper.strip(once).text != once


def by_country(pages: Pages, outputs: Sequence[str]) -> Iterable[tuple[str, dict[str, float]]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, page in enumerate(pages):
        groups[page.get("country", "")].append(number)
    for country, numbers in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield country, measure([pages[n] for n in numbers], [outputs[n] for n in numbers]) | {"pages": len(numbers)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", choices=(*CORPORA, "kinds"))
    parser.add_argument("--field", action="append", choices=FIELDS)
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--country", action="store_true")
    args = parser.parse_args()
    tasks = [(corpus, field) for corpus in args.corpus or CORPORA for field in args.field or FIELDS[:2]]
    with ProcessPoolExecutor() as pool:
        for (corpus, field), (pages, outcomes) in zip(tasks, pool.map(run, tasks), strict=True):
            outputs = [seen(field, outcome.text) for outcome in outcomes]
            show(corpus, field, measure(pages, outputs))
            if args.country:
                for country, row in by_country(pages, outputs):
                    show(f"  {country}", "", row)
            if args.twice:
                again = pool.map(changes_again, [page[field] for page in pages], chunksize=16)
                changed = [page["id"] for page, differs in zip(pages, again, strict=True) if differs]
                print(f"  a second run changes {len(changed)} of {len(pages)}: {', '.join(changed[:8])}")
            show_worst(pages, outcomes, args.worst)


if __name__ == "__main__":
    main()
