"""How well the confidence of cleaned pages holds: of those that are said to be good with a chance, how many are.

    python tests/bench/reliability.py [--every N] [--write]

Cleans the pages of the benchmark that have an article to compare with, and takes those with an F1 (4-word shingles, as
the benchmark has it) of `stripper.engine.confidence.GOOD` or more for good ones. Sites are split in five: the numbers
that make a chance of what the body model says are fitted to four parts and judged on the fifth, so each page counts
once, unseen. Prints pages by what was said and by what came of it, the mean squared error (Brier, 1950) beside that of
saying the same of every page, and the expected calibration error. With --write, the numbers fitted to all pages go
into `rules/core/body.toml`.

The weights of the body model were fitted to these very pages, but for the corpus `kinds`.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from quality import read_pages, score

from stripper.engine.cleaning import clean
from stripper.engine.confidence import GOOD, signs
from stripper.model import Document
from stripper.rules.loading import load_rules

FILE = Path(__file__).resolve().parents[2] / "rules" / "core" / "body.toml"
CORPORA = ("fundus", "idnews", "np4k", "wcxb", "kinds")
FOLDS = 5
Numbers = Sequence[float]


class Page(NamedTuple):
    corpus: str
    fold: int
    seen: tuple[float, ...]
    good: bool


def judged(corpus: str, pages: Sequence[dict[str, Any]], field: str) -> list[Page]:
    rules = load_rules(examples=False).with_options(drop=["title"])
    found = []
    for page in pages:
        outcome = clean(Document(page[field]), rules)
        precision, recall = score().precision_recall(page["gold"], outcome.text)
        f1 = 2 * (precision or 0) * (recall or 0) / ((precision or 0) + (recall or 0) or 1)
        fold = int(hashlib.blake2b(page["site"].encode(), digest_size=4).hexdigest(), 16) % FOLDS
        found.append(Page(corpus, fold, signs(outcome, rules), f1 >= GOOD))
    return found


def chance(numbers: Numbers, seen: Sequence[float]) -> float:
    return 1 / (1 + exp(-sum(a * b for a, b in zip(numbers, seen, strict=True))))


def fit(pages: Sequence[Page]) -> list[float]:
    """Logistic regression by Newton's method."""
    import numpy as np

    x, y = np.array([page.seen for page in pages]), np.array([page.good for page in pages], dtype=float)
    numbers = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ numbers))
        slope = x.T @ (y - p) - 1e-3 * numbers
        curve = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(x.shape[1])
        numbers = numbers + np.linalg.solve(curve, slope)
    return [round(float(each), 3) for each in numbers]


def show(name: str, said: Sequence[tuple[float, bool]]) -> None:
    share = sum(good for _, good in said) / len(said)
    error = sum((p - good) ** 2 for p, good in said) / len(said)
    print(
        f"{name}: {len(said)} pages, {share:.1%} good; squared error {error:.3f}, of the mean {share * (1 - share):.3f}"
    )
    gaps = 0.0
    for step in range(10):
        some = [(p, good) for p, good in said if step <= p * 10 < step + 1 or (step == 9 and p >= 1)]
        if some:
            told, came = (sum(each) / len(some) for each in zip(*some, strict=True))
            gaps += abs(told - came) * len(some)
            print(f"  {step / 10:.1f}-{step / 10 + 0.1:.1f}  {len(some):5} pages   said {told:.3f}   good {came:.3f}")
    print(f"  expected calibration error {gaps / len(said):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th page")
    parser.add_argument("--field", default="text")
    parser.add_argument("--write", action="store_true", help="write the numbers fitted to all pages")
    args = parser.parse_args()
    pages: list[Page] = []
    for corpus in CORPORA:
        some = [page for page in read_pages(corpus) if "gold" in page and page.get(args.field)][:: args.every]
        pages += judged(corpus, some, args.field)
        print(corpus, len(some), flush=True)
    said = []
    for fold in range(FOLDS):
        numbers = fit([page for page in pages if page.fold != fold])
        said += [(page.corpus, chance(numbers, page.seen), page.good) for page in pages if page.fold == fold]
    for name, some in (("articles", CORPORA[:-1]), ("kinds", CORPORA[-1:]), ("all", CORPORA)):
        show(name, [(p, good) for corpus, p, good in said if corpus in some])
    numbers = fit(pages)
    print("numbers", numbers)
    if args.write:
        text = FILE.read_text("utf-8")
        FILE.write_text(re.sub(r"(?m)^(confidence +)= .*$", rf"\1= {numbers}", text), "utf-8")


if __name__ == "__main__":
    main()
