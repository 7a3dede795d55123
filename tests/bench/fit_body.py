"""Fits the weights of the body rule, and the words it goes by, to labelled pages: `rules/core/body.weights`, `.words`.

    python tests/bench/fit_body.py [--folds 4] [--write]

Needs numpy, and the pages of the benchmark in all their forms (`id`, `site`, any of FIELDS, and `gold`, or `with` and
`without`). The model and all that it looks at are those of `stripper.engine`; this only chooses numbers. Gold pages
say the state of each line, segment pages only of some. One set of weights is fitted to all forms of text, and to pages
that are no articles, too. Words are counted first, by site; a page is then fitted with the scores that the other sites
give, so that words tell no more of it than they would of a page not seen. The mean of several fits is taken: one owes
much to chance, and scores are sums of weights, so that their mean is a model too. Beside the pages as they are, pages
made of the parts of others (`recombined.py`) are learned, and those of `samples/`: they are of many languages, and the
benchmark of few; of those of `samples/marked/` most lines are known. Articles by themselves are learned a little.

With --folds, sites are split and each fold is scored by weights and words that were fitted to the others.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from chain import ANY, Example, Fitted, Knobs, fit
from labels import known_states
from lexicon import PARTS, Lexicon, part_of
from marked import read_marked
from quality import CORPORA, FIELDS, measure, read_pages, score, seen, show, show_worst
from recombined import Pool, sizes_with_ends

from stripper.engine.body.feature_names import written_names
from stripper.engine.body.features import extract_features
from stripper.engine.body.line_cache import LineCache
from stripper.engine.body.model import BodyModel
from stripper.engine.body.parameters import Parameters
from stripper.engine.cleaning import clean
from stripper.engine.evidence import find_evidence
from stripper.engine.plan import plan
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet
from stripper.rules.weights import format_weights

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "rules" / "core"
# What a page of each corpus counts for: more for the small ones, less for what is no article.
WEIGHTS = {
    "idnews": 4.0, "fundus": 4.0, "np4k": 3.2, "wcxb": 1.0, "traf": 1.5, "samples": 10.0, "marked": 2.5, "alone": 0.5,
    "kinds": 1.0,
}  # fmt: skip
POOLED = ("idnews", "fundus", "np4k", "wcxb", "samples")  # articles whose lines are all known
MOST_LINES = 1500  # longer pages are cut for fitting
SHORTEST = 400  # characters of an article that is learned by itself
LEAST_SEEN = 5  # lines that must show a name
SEEDS = range(7, 15)

Pages = list[dict[str, Any]]


def read_samples() -> Pages:
    """The pages of `samples/`, which are of languages that the benchmark has hardly a page of, by language.

    Their gold is what should be left of them but for the first line, which is the title.
    """
    pages = []
    for clean_page in sorted((ROOT / "samples").glob("*.clean.txt")):
        name = clean_page.name.removesuffix(".clean.txt")
        _, _, gold = clean_page.read_text("utf-8").strip().partition("\n")
        text = (ROOT / "samples" / f"{name}.txt").read_text("utf-8")
        pages.append({"id": name, "site": name.partition("-")[0], "text": text, "gold": gold})
    return pages


def alone(pages: Mapping[str, Pages]) -> Pages:
    """Articles with nothing around them: the gold of every other page of two corpora."""
    some = [page for corpus in ("wcxb", "kinds") for page in pages[corpus][::2]]
    some = [page for page in some if len(page.get("gold") or "") > SHORTEST]
    return [{"id": page["id"], "site": page["site"], "text": page["gold"], "gold": page["gold"]} for page in some]


@dataclass
class Labelled:
    """A page in one form, with what rules find of its lines and what is known of them."""

    page: Page
    evidence: list[str]
    states: list[int]
    sizes: list[int]
    site: str
    weight: float

    @property
    def part(self) -> int:
        return part_of(self.site)


def labelled(pages: Mapping[str, Pages], rules: RuleSet) -> Iterator[tuple[str, str, Labelled]]:
    """Corpus, field and page, for each page in each of its forms of which anything is known."""
    for corpus, some in pages.items():
        for labels in some:
            for field in (field for field in FIELDS if field in labels):
                page = Page(Document(labels[field]), rules.orthography)
                states = known_states(page, labels, score().TOKEN)
                if any(state != ANY for state in states):
                    # Each segment counts once, however long it is.
                    sizes = page.words if "gold" in labels else [1] * len(page)
                    evidence = find_evidence(page, rules)
                    yield corpus, field, Labelled(page, evidence, states, sizes, labels["site"], WEIGHTS[corpus])


def recombined(pool: Pool, rules: RuleSet, rng: random.Random) -> Iterator[Labelled]:
    for made in pool.make(rng):
        page = Page(Document(made.text), rules.orthography)
        states = [1 << made.states[numbers[0]] for numbers in page.lines]
        yield Labelled(page, find_evidence(page, rules), states, sizes_with_ends(page, states), made.site, made.weight)


class Numbering:
    """A number for each name, in the order in which they are met."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def example(self, known: Labelled, lines: LineCache) -> Example:
        names: list[int] = []
        lengths: list[int] = []
        for row in extract_features(known.page, lines.of_page(known.page), known.evidence).rows:
            own = list(written_names(row))
            names += [self.of.setdefault(name, len(self.of)) for name in own]
            lengths.append(len(own))
            if len(lengths) == MOST_LINES:
                break
        states, sizes = known.states[:MOST_LINES], known.sizes[:MOST_LINES]
        return Example(
            np.array(names, np.int32),
            np.array(lengths),
            np.array(states, np.int8),
            np.array(sizes, float),
            known.weight,
        )


@dataclass
class Fitting:
    """All that is learned from, and how."""

    some: list[Labelled]
    lexicon: Lexicon
    base: Parameters
    knobs: Knobs

    def parameters(self, without: Iterable[int] = ()) -> Parameters:
        """Fitted to the sites that are not of these parts."""
        left_out = set(without)
        lines = {
            part: LineCache(replace(self.base, words=self.lexicon.scores({part, *left_out})))
            for part in range(PARTS)
            if part not in left_out
        }
        numbering = Numbering()
        examples = [numbering.example(each, lines[each.part]) for each in self.some if each.part in lines]
        counts = np.bincount(np.concatenate([each.names for each in examples]), minlength=len(numbering.of))
        names = [name for name, number in numbering.of.items() if counts[number] >= LEAST_SEEN]
        numbers = np.full(len(counts), -1, np.int32)
        numbers[counts >= LEAST_SEEN] = np.arange(len(names))
        examples = [each.renumbered(numbers) for each in examples]
        with ProcessPoolExecutor(2) as pool:
            fits = list(pool.map(partial(fit, examples, len(names), self.knobs), SEEDS))
        losses = [round(each.loss, 3) for each in fits]
        print(f"  {len(examples)} examples, {len(names)} names, losses {losses}", flush=True)
        return replace(self.base, words=self.lexicon.scores(left_out), **mean_of(fits, names))


def mean_of(fits: Sequence[Fitted], names: Sequence[str]) -> dict[str, Any]:
    table, enter, move = (
        np.mean([getattr(each, part) for each in fits], axis=0).tolist() for part in ("table", "enter", "move")
    )
    weights = {name: rounded(row) for name, row in zip(names, table, strict=False)}
    weights = {name: row for name, row in weights.items() if max(map(abs, row)) >= 0.03}
    return {"weights": weights, "enter": rounded(enter), "move": rounded(move)}


def rounded(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, 2) + 0.0 for value in values)


def evaluate(pages: Mapping[str, Pages], models: Mapping[int, BodyModel], rules: RuleSet, worst: int) -> None:
    """Score the whole engine, as the benchmark does (`--drop title`), each page with the model of its part."""
    rules = rules.with_options(drop=["title"])
    ready = plan(rules)
    for field in FIELDS:
        for corpus, some in pages.items():
            some = [page for page in some if field in page]
            outcomes = []
            for page in some:
                ready.body = [(ready.body[0][0], models[part_of(page["site"])])]
                outcomes.append(clean(Document(page[field]), rules))
            if some:
                show(corpus, field, measure(some, [seen(field, outcome.text) for outcome in outcomes]))
                show_worst(some, outcomes, worst)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=0, choices=(0, 2, 3, 4, 6, PARTS), help="cross-validate by site")
    parser.add_argument("--epochs", type=int, default=Knobs.epochs)
    parser.add_argument("--decay", type=float, default=Knobs.decay)
    parser.add_argument("--worst", type=int, default=0, help="show so many pages of each corpus that came out worst")
    parser.add_argument("--write", action="store_true", help="write the weights and words fitted to all pages")
    args = parser.parse_args()
    rules, rng = load_rules(), random.Random(3)
    base = Parameters.of(next(rule.body for rule in rules.rules if rule.body))
    pages = {corpus: read_pages(corpus) for corpus in (*CORPORA, "kinds")}
    pages |= {"samples": read_samples(), "marked": read_marked(), "alone": alone(pages)}
    lexicon, pool, lines, some = Lexicon(), Pool(), LineCache(base), []
    for corpus, field, each in labelled(pages, rules):
        some.append(each)
        if corpus in POOLED and field in ("text", "text_fragments"):
            pool.add(each.part, each.site, each.weight, each.page, each.states)
        if field == "text":
            lexicon.add(each.site, each.page, each.states, lines.of_page(each.page).prose)
    some += recombined(pool, rules, rng)
    fitting = Fitting(some, lexicon, base, Knobs(epochs=args.epochs, decay=args.decay))
    if args.folds:
        models: dict[int, BodyModel] = {}
        for fold in range(args.folds):
            parts = range(fold, PARTS, args.folds)
            models |= dict.fromkeys(parts, BodyModel(fitting.parameters(parts)))
        evaluate(pages, models, rules, args.worst)
    if args.write:
        write(fitting.parameters())


def write(fitted: Parameters) -> None:
    """Write the files of weights and words anew, under the heads that they have."""
    weights = {"enter": fitted.enter, "move": fitted.move, **dict(sorted(fitted.weights.items()))}
    words = dict(sorted(fitted.words.items()))
    for file, rows in ((CORE / "body.weights", weights), (CORE / "body.words", words)):
        head = [line[2:] for line in file.read_text("utf-8").splitlines() if line.startswith("# ")]
        file.write_text(format_weights("\n".join(head), rows), "utf-8")


if __name__ == "__main__":
    main()
