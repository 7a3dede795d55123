"""Fits the weights of the body rule to labelled pages, and writes them into `rules/core/body.toml`.

    python tests/bench/fit_body.py [--pages DIR] [--folds 4] [--write]

Needs torch (`pip install torch`), and the pages of the benchmark (`id`, `site`, `text`, `text_fragments`, and `gold`
or `with` and `without`). The model and all that it looks at are those of `stripper.engine.body`; this only chooses
numbers. Gold pages say the state of each line, segment pages only of some: the loss is the negative log likelihood of
all paths that agree with what is known. Beside the pages as they are, cleaned pages (gold lines alone, with or without
a headline) are learned, so that what is clean already stays.

With --folds, sites are split and each fold is scored by weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from quality import CORPORA, FIELDS, measure, read_pages, score, show, show_worst

from stripper.engine import body as B
from stripper.engine import clean, find_evidence, plan
from stripper.matching import Page
from stripper.model import Document
from stripper.rules import RuleSet, load_rules

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "rules" / "core" / "body.toml"
ANY = frozenset(range(4))
WEIGHTS = {"idnews": 4.0, "fundus": 3.0, "np4k": 2.0, "wcxb": 1.0, "traf": 1.0}  # small corpora count for more
MOST_UNITS = 1500  # longer pages are cut for fitting


def label(page: Page, gold: str, token: re.Pattern[str]) -> list[int]:
    """The state of each unit, from the article's text: half of its words' 4-grams stand in it."""
    words = token.findall(gold)
    grams = Counter(tuple(words[i : i + 4]) for i in range(len(words)))
    flat = " " + " ".join(words) + " "
    sure: list[bool | None] = []
    tokens = []
    for text in page.text:
        mine = token.findall(text)
        tokens.append(mine)
        if len(mine) >= 6:
            own = [tuple(mine[i : i + 4]) for i in range(len(mine) - 3)]
            sure.append(sum(gram in grams for gram in own) * 2 >= len(own))
        else:
            sure.append(None if mine and f" {' '.join(mine)} " in flat else False)
    # Copies: as many as the gold has, those with the most article around them.
    weight = [len(mine) if state else 0 for mine, state in zip(tokens, sure, strict=True)]
    around = [sum(weight[max(0, i - 8) : i + 9]) for i in range(len(page))]
    places: dict[str, list[int]] = {}
    for i, mine in enumerate(tokens):
        if sure[i] and len(mine) >= 6:
            places.setdefault(" ".join(mine), []).append(i)
    for text, copies in places.items():
        if len(copies) > 1:
            allowed = max(1, flat.count(f" {text} "))
            for i in sorted(copies, key=around.__getitem__, reverse=True)[allowed:]:
                sure[i] = False
    good = [i for i, state in enumerate(sure) if state]
    if not good:
        return [B.BEFORE] * len(page)
    first, last = good[0], good[-1]
    state = [B.BEFORE if i < first else B.AFTER if i > last else B.GAP for i in range(len(page))]
    for i, mine in enumerate(sure):
        if mine or (mine is None and first - 2 <= i <= last + 2):
            state[i] = B.ARTICLE
    first, last = state.index(B.ARTICLE), len(state) - 1 - state[::-1].index(B.ARTICLE)
    outside = [B.BEFORE if i < first else B.AFTER if i > last else B.GAP for i in range(len(page))]
    return [each if each == B.ARTICLE else outside[i] for i, each in enumerate(state)]


def label_segments(page: Page, keep: list[str], drop: list[str]) -> list[frozenset[int]]:
    """The states that each unit may have, from passages that must stay and must go."""
    space = re.compile(r"\s+")
    keep, drop = ([space.sub(" ", text) for text in texts] for texts in (keep, drop))
    allowed = []
    for text in page.text:
        text = space.sub(" ", text)
        if any(part in text or (len(text) > 15 and text in part) for part in keep):
            allowed.append(frozenset({B.ARTICLE}))
        elif any(part in text or (len(text) > 15 and text in part) for part in drop):
            allowed.append(ANY - {B.ARTICLE})
        else:
            allowed.append(ANY)
    # What stands both inside and outside cannot be told apart: an article needs one path through it.
    return allowed if any(each == {B.ARTICLE} for each in allowed) else [ANY] * len(page)


@dataclass
class Example:
    """One page to learn from: for each unit the names of its weights, the states that it may have, and its words."""

    names: list[list[str]]
    allowed: list[frozenset[int]]
    words: list[int]
    weight: float = 1.0

    @classmethod
    def of(cls, units: list[B.Look], allowed: list[frozenset[int]], weight: float = 1.0) -> Example:
        return cls([names_of(unit) for unit in units], allowed, [unit.words for unit in units], weight)


def names_of(unit: B.Look) -> list[str]:
    return [name for names, key in zip(B.NAMES, (unit.look, unit.near, unit.place), strict=True) for name in names(key)]


def examples_of(page: dict[str, Any], field: str, weight: float, fitting: Fitting) -> list[Example]:
    seen = Page(Document.of(page[field]), fitting.rules.traits)
    units = fitting.model.looks(seen, find_evidence(seen, fitting.rules))[:MOST_UNITS]
    if not units:
        return []
    if "gold" not in page:
        allowed = label_segments(seen, page.get("with", []), page.get("without", []))[:MOST_UNITS]
        return [Example.of(units, allowed, weight)] if any(each != ANY for each in allowed) else []
    states = label(seen, page["gold"], score().TOKEN)
    found = [Example.of(units, [frozenset({state}) for state in states[:MOST_UNITS]], weight)]
    kept = {number for line, state in enumerate(states) if state == B.ARTICLE for number in seen.lines[line]}
    if kept and fitting.rng.random() < CLEANED:
        found += cleaned_example(seen, kept, fitting)
    return found


CLEANED = 0.5  # share of the pages that are learned in their cleaned form too


def cleaned_example(seen: Page, kept: set[int], fitting: Fitting) -> list[Example]:
    """The page with the article's lines alone, blank lines between them folded; at times only some paragraphs."""
    rng = fitting.rng
    lines: list[str] = []
    for number, raw in enumerate(seen.document.lines):
        if number in kept or (raw.isspace() and lines and not lines[-1].isspace()):
            lines.append(raw)
    if rng.random() < 0.25:
        start = rng.randrange(len(lines))
        lines = lines[start : start + rng.randint(1, 8)]
    head: list[str] = []
    if rng.random() < 0.5:
        above = [line for line, numbers in enumerate(seen.lines) if numbers[0] < min(kept)]
        titles = [seen.document.lines[seen.lines[line][0]] for line in above if 4 <= seen.words[line] <= 20]
        head = [titles[-1], "\n"] if titles else []
    cleaned = Page(Document.of("".join([*head, *lines])), fitting.rules.traits)
    units = fitting.model.looks(cleaned, [""] * len(cleaned))[:MOST_UNITS]
    if not units:
        return []
    top = frozenset({B.BEFORE, B.ARTICLE}) if head else frozenset({B.ARTICLE})
    return [Example.of(units, [top] + [frozenset({B.ARTICLE})] * (len(units) - 1), 0.5)]


@dataclass
class Fitting:
    """What the pages are seen with, and the knobs."""

    rules: RuleSet
    model: B.BodyModel
    rng: random.Random
    epochs: int
    decay: float
    lost: float  # margin for each 20 words of the article that are lost, and
    kept: float  # for each 20 words of the page around it that are kept: softmax-margin, Gimpel and Smith (2010)


def fit(examples: list[Example], fitting: Fitting, seed: int = 7) -> dict[str, Any]:
    """`weights` by name, `enter` and `move`. Names seen fewer than 5 times are left out."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    counts = Counter(name for example in examples for names in example.names for name in names)
    index = {name: i for i, name in enumerate(sorted(name for name, count in counts.items() if count >= 5))}
    blank = len(index)
    table = torch.zeros(blank + 1, 4, requires_grad=True)
    enter = torch.zeros(4, requires_grad=True)
    move = torch.full((4,), -2.0, requires_grad=True)
    batches = [collate(group, index, fitting) for group in batched(examples)]
    optimizer = torch.optim.Adam([table, enter, move], lr=0.05)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=fitting.epochs * len(batches))
    order = list(range(len(batches)))
    for epoch in range(fitting.epochs):
        random.Random(seed + epoch).shuffle(order)
        total = 0.0
        for number in order:
            ids, allowed, cost, lengths, importance = batches[number]
            emissions = torch.nn.functional.embedding(ids, table, padding_idx=blank).sum(2)
            loss = marginal_loss(emissions, allowed, cost, lengths, importance, enter, steps_of(move))
            penalty = fitting.decay * (table[:blank] ** 2).sum() * (ids.shape[0] / len(examples))
            optimizer.zero_grad()
            (loss + penalty).backward()
            optimizer.step()
            scheduler.step()
            total += float(loss.detach())
    print(f"    {blank} weights, loss {total / sum(len(each.names) for each in examples):.4f}", flush=True)
    values = table.detach().numpy()
    weights = {name: tuple(round(float(value), 2) for value in values[i]) for name, i in index.items()}
    weights = {name: row for name, row in weights.items() if max(map(abs, row)) >= 0.03}
    enter_, move_ = (tuple(round(float(value), 2) for value in each) for each in (enter, move))
    return {"weights": weights, "enter": enter_, "move": move_}


def batched(examples: list[Example]) -> Iterator[list[Example]]:
    """Pages of about the same length together."""
    group: list[Example] = []
    for each in sorted(examples, key=lambda each: len(each.names)):
        group.append(each)
        if len(group) == 96 or len(group) * len(each.names) > 40_000:
            yield group
            group = []
    if group:
        yield group


def collate(group: list[Example], index: dict[str, int], fitting: Fitting) -> tuple[torch.Tensor, ...]:
    """Names, forbidden states, costs, lengths and weights of some pages, as tensors."""
    longest = len(group[-1].names)
    width = max(len(names) for each in group for names in each.names)
    ids = np.full((len(group), longest, width), len(index))
    allowed, cost = (np.zeros((len(group), longest, 4), dtype=np.float32) for _ in range(2))
    for row, each in enumerate(group):
        for at, (names, states, words) in enumerate(zip(each.names, each.allowed, each.words, strict=True)):
            known = [index[name] for name in names if name in index]
            ids[row, at, : len(known)] = known
            allowed[row, at] = [0.0 if state in states else -1e4 for state in range(4)]
            size = min(words, 100) / 20
            if B.ARTICLE not in states:
                cost[row, at, B.ARTICLE] = fitting.kept * size
            elif len(states) == 1:
                cost[row, at] = fitting.lost * size
                cost[row, at, B.ARTICLE] = 0.0
    lengths = torch.tensor([len(each.names) for each in group])
    weights = torch.tensor([each.weight for each in group])
    return torch.from_numpy(ids), torch.from_numpy(allowed), torch.from_numpy(cost), lengths, weights


def steps_of(move: torch.Tensor) -> torch.Tensor:
    """Scores of the steps, from (rows) to (columns); what is not a step is out of reach."""
    out = torch.full((4, 4), -1e4)
    out.fill_diagonal_(0.0)
    rows, columns = zip(*STEPS, strict=True)
    return out.index_put((torch.tensor(rows), torch.tensor(columns)), move)


STEPS = [(B.BEFORE, B.ARTICLE), (B.ARTICLE, B.GAP), (B.GAP, B.ARTICLE), (B.ARTICLE, B.AFTER)]


def log_partition(
    emissions: torch.Tensor, lengths: torch.Tensor, enter: torch.Tensor, steps: torch.Tensor
) -> torch.Tensor:
    alpha = emissions[:, 0] + enter + torch.tensor([0.0, 0.0, -1e4, 0.0])  # a page does not begin in a gap
    for t in range(1, emissions.shape[1]):
        following = torch.logsumexp(alpha.unsqueeze(2) + steps, 1) + emissions[:, t]
        alpha = torch.where((t < lengths).unsqueeze(1), following, alpha)
    return torch.logsumexp(alpha, 1)


def marginal_loss(
    emissions: torch.Tensor,
    allowed: torch.Tensor,
    cost: torch.Tensor,
    lengths: torch.Tensor,
    importance: torch.Tensor,
    enter: torch.Tensor,
    steps: torch.Tensor,
) -> torch.Tensor:
    """Negative log likelihood of all paths that agree with what is known, against all paths and what they cost."""
    both = torch.cat([emissions + cost, emissions + allowed])
    z = log_partition(both, torch.cat([lengths, lengths]), enter, steps)
    return ((z[: len(lengths)] - z[len(lengths) :]) * importance).sum()


def fold_of(site: str, folds: int) -> int:
    return int(hashlib.blake2b(site.encode(), digest_size=4).hexdigest(), 16) % folds


def evaluate(
    pages: Mapping[str, list[dict[str, Any]]],
    model_of: Callable[[dict[str, Any]], B.BodyModel],
    fitting: Fitting,
    worst: int = 0,
) -> None:
    """Score the whole engine, as the benchmark does (`--drop title`), with the model for each page."""
    rules = fitting.rules.with_options(drop=["title"])
    ready = plan(rules)
    for corpus, some in pages.items():
        for field in FIELDS:
            outcomes = []
            for page in some:
                ready.body = [(ready.body[0][0], model_of(page))]
                outcomes.append(clean(Document.of(page[field]), rules))
            show(corpus, field, measure(some, [outcome.text for outcome in outcomes]))
            show_worst(some, outcomes, worst)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate by site, in so many folds")
    parser.add_argument("--only-fold", type=int, help="only this one of them")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--decay", type=float, default=0.3)
    parser.add_argument("--lost", type=float, default=0.0)
    parser.add_argument("--kept", type=float, default=0.0)
    parser.add_argument("--bias", type=float, nargs="*", default=[0.0])
    parser.add_argument("--worst", type=int, default=0, help="show so many pages of each corpus that came out worst")
    parser.add_argument("--write", action="store_true", help="write the weights fitted to all pages into the pack")
    args = parser.parse_args()
    rules = load_rules()
    base = B.Parameters.of(next(rule.body for rule in rules.rules if rule.body))
    rng = random.Random(3)
    fitting = Fitting(rules, B.BodyModel(base), rng, args.epochs, args.decay, args.lost, args.kept)
    pages = {corpus: read_pages(corpus) for corpus in CORPORA}
    folds = args.folds or 1
    examples = [
        (fold_of(page["site"], folds), example)
        for corpus, some in pages.items()
        for page in some
        for field in FIELDS
        for example in examples_of(page, field, WEIGHTS[corpus], fitting)
    ]
    print(len(examples), "examples", flush=True)
    if args.folds:
        chosen = range(folds) if args.only_fold is None else [args.only_fold]
        fitted = {fold: fit([e for f, e in examples if f != fold], fitting) for fold in chosen}
        held = {corpus: [p for p in some if fold_of(p["site"], folds) in fitted] for corpus, some in pages.items()}
        for bias in args.bias:
            models = {fold: B.BodyModel(replace(base, bias=bias, **numbers)) for fold, numbers in fitted.items()}
            print("  bias", bias)
            evaluate(held, lambda page, models=models: models[fold_of(page["site"], folds)], fitting, args.worst)
    if args.write:
        write(**fit([example for _, example in examples], fitting))


def write(weights: Mapping[str, Sequence[float]], enter: Sequence[float], move: Sequence[float]) -> None:
    """Put fitted numbers into the pack, and leave the rest of it as it is."""
    text = PACK.read_text("utf-8")
    text = re.sub(r"^enter *=.*$", f"enter       = {list(enter)}", text, flags=re.M)
    text = re.sub(r"^move *=.*$", f"move        = {list(move)}", text, flags=re.M)
    head, mark, _ = text.partition("[rule.body.weights]\n")
    rows = [f'"{name}" = {list(row)}' for name, row in sorted(weights.items())]
    PACK.write_text(head + mark + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
