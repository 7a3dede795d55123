"""Fits the weights of the title rule to labelled pages, and writes them into `rules/core/title.toml`.

    python tests/bench/fit_title.py PAGES_FOLDER [--field text ...] [--folds 5] [--write]

Needs numpy, and the pages of the benchmark (`id`, `site`, `title`, `text`, and other fields in the folder `forms`
beside theirs). The candidates and their traits are those of `stripper.engine.title_candidates`; this only chooses
numbers: a multinomial logistic regression over the candidates of a page and "none of them", whose score is 0, by
AdaGrad (Duchi, Hazan and Singer, 2011), with the mean of the later epochs. A line is the title if it is the title of
the page's own data, letter for letter, or, where none is, if most of their words are the same. Of several such lines
any will do: what counts is the chance of them all, so that the menu's entry for the page is not learned with its
headline. The pages of `samples/` are learned too.

With --folds, sites are split and each fold is judged by weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labels import marks_of
from marked import read_marked

from stripper.engine.body.model import ARTICLE
from stripper.engine.evidence import gather_evidence
from stripper.engine.plan import plan
from stripper.engine.regions import find_regions
from stripper.engine.title_candidates import Candidates
from stripper.engine.title_traits import TRAITS
from stripper.engine.verdicts import Verdicts
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "rules" / "core" / "title.toml"
WORD = re.compile(r"\w+")
LEAST_ALIKE = 0.75  # share of words, of both
PRIOR, EPOCHS, RATE = 6.0, 14, 0.15
TEXT = 3  # what a page counts as plain text; in another form it counts 1
# What a page counts more than others: those of `samples/` are few, and of many languages; those that are no articles
# have titles of other kinds.
MORE = {"samples": 6, "marked": 2, "kinds": 1.7}
WITHOUT = 0.5  # what a page without a title counts; another line of it may be one all the same
ROUNDED = 0.05  # weights below it are left out


class Example(NamedTuple):
    corpus: str
    site: str
    traits: list[list[str]]  # of each candidate
    right: list[bool]
    weight: float  # what it counts
    on_a_line: bool  # whether the title stands on a line of the page
    stays: bool  # whether such a line stays as part of the article


def read(folder: Path, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            pages = [json.loads(line) for line in lines]
        form = folder.parent / "forms" / file.name
        if field not in pages[0] and form.exists():
            with gzip.open(form, "rt", encoding="utf-8") as lines:
                texts = {row["id"]: row[field] for row in map(json.loads, lines)}
            pages = [page | {field: texts.get(page["id"], "")} for page in pages]
        yield from ((file.name.split(".")[0], page) for page in pages if page.get("title") and page.get(field))
    if field == "text":
        for clean_page in sorted((ROOT / "samples").glob("*.clean.txt")):
            text = clean_page.with_name(clean_page.name.replace(".clean.", ".")).read_text("utf-8")
            title = clean_page.read_text("utf-8").partition("\n")[0]
            yield "samples", {"site": clean_page.name[:2], "title": title, "text": text}
        yield from (("marked", page) for page in read_marked())


def plain(line: str) -> str:
    return " ".join(line.strip("#*> \t").split())


def alike(line: str, title: str) -> bool:
    mine, its = WORD.findall(line.lower()), WORD.findall(title.lower())
    both = sum((Counter(mine) & Counter(its)).values())
    return len(mine) > 2 and both >= LEAST_ALIKE * max(len(mine), len(its))


def examples(folder: Path, field: str) -> Iterator[Example]:
    rules = load_rules()
    ready = plan(rules)
    (_, model), (rule,) = ready.body[0], ready.kinds["title"]
    for corpus, data in read(folder, field):
        page, title = Page(Document(data[field]), rules.orthography), plain(data["title"])
        verdicts = Verdicts(page)
        gather_evidence(ready, page, verdicts, None)
        lines = model.lines_of(page)
        regions = find_regions(model, page, lines, verdicts)
        if regions is None:
            continue
        seen = Candidates(page, verdicts, regions, lines, rule.rule.title.reach).traits()  # type: ignore[union-attr]
        found = [each for each in zip(seen.lines, seen.rows(), strict=True) if rule.meets(page, each[0])]
        if "marks" in data:
            same = [mark == "=" for mark in marks_of(page, data["marks"])]
        else:
            same = [any(plain(page.raw[number]) == title for number in numbers) for numbers in page.lines]
        right = [same[line] for line, _ in found]
        if not any(right):
            right = [alike(page.text[line], title) for line, _ in found]
        stays = any(same[line] and regions[line] == ARTICLE and verdicts.free(line) for line in range(len(page)))
        traits = [[f"{name}\t{value}" for name, value in zip(TRAITS, each, strict=True)] for _, each in found]
        if found:
            weight = (TEXT if field == "text" else 1) * MORE.get(corpus, 1)
            yield Example(corpus, data["site"], traits, right, weight, any(same), stays)


def fit(some: Sequence[Example]) -> dict[str, float]:
    index: dict[str, int] = {}
    pages = []
    for page in some:
        traits = [[index.setdefault(name, len(index)) for name in each] for each in page.traits]
        weight = page.weight * (1.0 if any(page.right) else WITHOUT)
        pages.append((np.array(traits), np.array(page.right), weight))
    weights, squares, total = np.zeros(len(index)), np.full(len(index), 1e-6), np.zeros(len(index))
    chance = np.random.default_rng(0)
    later = range(EPOCHS // 2, EPOCHS)
    for epoch in range(EPOCHS):
        for at in chance.permutation(len(pages)):
            traits, right, weight = pages[at]
            scores = np.append(weights[traits].sum(1), 0.0)
            expected = np.exp(scores - scores.max())
            expected /= expected.sum()
            held = np.where(np.append(right, not right.any()), scores, -np.inf)
            wanted = np.exp(held - held.max())
            error = (expected - wanted / wanted.sum())[:-1] * weight
            slope = PRIOR * weights / len(pages)
            np.add.at(slope, traits, error[:, None])
            squares += slope * slope
            weights -= RATE * slope / np.sqrt(squares)
        if epoch in later:
            total += weights / len(later)
    return {name: float(total[at]) for name, at in index.items()}


def judge(some: Iterable[Example], weights: dict[str, float], least: float) -> Counter[str]:
    found: Counter[str] = Counter()
    for page in some:
        scores = [sum(weights.get(name, 0.0) for name in each) for each in page.traits]
        best = int(np.argmax(scores))
        taken = scores[best] > least
        if page.on_a_line:
            found[f"{page.corpus} titles"] += 1
            found[f"{page.corpus} kept"] += page.stays or (taken and page.right[best])
        found[f"{page.corpus} wrong lines taken"] += taken and not page.right[best]
    return found


def as_toml(weights: dict[str, float]) -> str:
    tables: dict[str, list[str]] = {}
    for name, weight in weights.items():
        trait, value = name.split("\t")
        if abs(weight) >= ROUNDED:
            key = value if re.fullmatch(r"[\w-]+", value, re.A) else json.dumps(value)
            tables.setdefault(trait, []).append(f"{key} = {weight:.2f}\n")
    heads = {trait: f"\n[rule.title.weights.{trait}]\n" for trait in tables}
    return "".join(heads[trait] + "".join(sorted(rows, key=by_number)) for trait, rows in tables.items())


def by_number(row: str) -> tuple[int, str]:
    number = re.match(r"\d+", row)
    return int(number[0]) if number else -1, row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--field", action="append")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    (rule,) = plan(load_rules()).kinds["title"]
    by_field = {field: list(examples(args.pages, field)) for field in args.field or ["text"]}
    for fold in range(args.folds):

        def held(page: Example, fold: int = fold) -> bool:
            return zlib.crc32(page.site.encode()) % args.folds == fold

        weights = fit([page for some in by_field.values() for page in some if not held(page)])
        for field, some in by_field.items():
            found = judge(filter(held, some), weights, rule.rule.title.least)  # type: ignore[union-attr]
            print(f"fold {fold} {field}: {dict(found)}")
    if args.write or not args.folds:
        weights = fit([page for some in by_field.values() for page in some])
        for field, some in by_field.items():
            print(f"all {field}: {dict(judge(some, weights, rule.rule.title.least))}")  # type: ignore[union-attr]
        if args.write:
            head, _, _ = FILE.read_text("utf-8").partition("\n[rule.title.weights")
            FILE.write_text(head.rstrip() + "\n" + as_toml(weights), "utf-8")


if __name__ == "__main__":
    main()
