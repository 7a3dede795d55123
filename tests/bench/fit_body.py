"""Fits the weights of the body rule to labelled pages, and writes them into `rules/core/body.weights`.

    python tests/bench/fit_body.py [--folds 4] [--write]

Needs torch (`pip install torch`), and the pages of the benchmark (`id`, `site`, `text`, `text_fragments`, and `gold`
or `with` and `without`). The model and all that it looks at are those of `stripper.engine`; this only chooses numbers.
Gold pages say the state of each line, segment pages only of some. The first epochs minimize the negative log
likelihood of all paths that agree with what is known; the others, for the most part, one minus the F1 of the words
that a page is expected to keep, with the marginal of each line as its share (as in Jansche, 2005): what is scored is
words of articles, not lines. At each step a page hides some of its names, and the mean of several fits is taken: both
are worth more on pages that were not seen than any further name. Beside the pages as they are, cleaned pages (gold
lines alone, with or without a headline) are learned: most pages of the benchmark are long, and short articles must stay
whole all the same. So are the pages of `samples/`: they are of many languages, and the benchmark of few.

With --folds, sites are split and each fold is scored by weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from quality import CORPORA, FIELDS, measure, read_pages, score, show, show_worst

from stripper.engine import body as B
from stripper.engine.cleaning import clean
from stripper.engine.feature_names import NAMES
from stripper.engine.features import PageFeatures, extract_features
from stripper.engine.judging import find_evidence
from stripper.engine.line_shapes import LineShapeCache
from stripper.engine.parameters import Parameters
from stripper.engine.plan import plan
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet
from stripper.rules.weights import format_weights

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "rules" / "core" / "body.weights"
ANY = frozenset(range(4))
WEIGHTS = {"idnews": 4.0, "fundus": 3.0, "np4k": 2.0, "wcxb": 1.0, "traf": 1.0, "samples": 2.0}  # more for small ones
MOST_LINES = 1500  # longer pages are cut for fitting

Tensors = tuple[torch.Tensor, ...]


def read_samples() -> list[dict[str, Any]]:
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
    """One page to learn from: for each line the names of its weights, the states that it may have, and its size."""

    names: list[list[str]]
    allowed: list[frozenset[int]]
    sizes: list[int]
    weight: float

    @classmethod
    def of(cls, looks: PageFeatures, allowed: list[frozenset[int]], sizes: list[int], weight: float) -> Example:
        names = [[name for of, key in zip(NAMES, row, strict=True) for name in of(key)] for row in looks.rows]
        return cls(names[:MOST_LINES], allowed[:MOST_LINES], sizes[:MOST_LINES], weight)


def examples_of(page: dict[str, Any], field: str, weight: float, fitting: Fitting) -> list[Example]:
    seen = Page(Document(page[field]), fitting.rules.orthography)
    if not len(seen):
        return []
    looks = extract_features(seen, find_evidence(seen, fitting.rules), fitting.base, LineShapeCache())
    if "gold" not in page:
        allowed = label_segments(seen, page.get("with", []), page.get("without", []))
        # Each segment counts once, however long it is.
        return [Example.of(looks, allowed, [1] * len(seen), weight)] if any(each != ANY for each in allowed) else []
    states = label(seen, page["gold"], score().TOKEN)
    found = [Example.of(looks, [frozenset({state}) for state in states], seen.words, weight)]
    kept = {number for line, state in enumerate(states) if state == B.ARTICLE for number in seen.lines[line]}
    if kept and fitting.rng.random() < CLEANED:
        found += cleaned_example(seen, kept, fitting)
    return found


CLEANED = 0.5  # share of the pages that are learned in their cleaned form too


def cleaned_example(seen: Page, kept: set[int], fitting: Fitting) -> list[Example]:
    """The page with the article's lines alone, blank lines between them folded; at times only some paragraphs."""
    rng = fitting.rng
    lines: list[str] = []
    for number, raw in enumerate(seen.raw):
        if number in kept or (raw.isspace() and lines and not lines[-1].isspace()):
            lines.append(raw)
    if rng.random() < 0.25:
        start = rng.randrange(len(lines))
        lines = lines[start : start + rng.randint(1, 8)]
    head: list[str] = []
    if rng.random() < 0.5:
        above = [line for line, numbers in enumerate(seen.lines) if numbers[0] < min(kept)]
        titles = [seen.raw[seen.lines[line][0]] for line in above if 4 <= seen.words[line] <= 20]
        head = [titles[-1], "\n"] if titles else []
    cleaned = Page(Document("".join([*head, *lines])), fitting.rules.orthography)
    if not len(cleaned):
        return []
    looks = extract_features(cleaned, [""] * len(cleaned), fitting.base, LineShapeCache())
    top = frozenset({B.BEFORE, B.ARTICLE}) if head else frozenset({B.ARTICLE})
    return [Example.of(looks, [top] + [frozenset({B.ARTICLE})] * (len(cleaned) - 1), cleaned.words, 0.5)]


@dataclass
class Fitting:
    """What the pages are seen with, and the knobs."""

    rules: RuleSet
    base: Parameters
    rng: random.Random
    epochs: int
    decay: float


def fit(examples: list[Example], fitting: Fitting) -> dict[str, Any]:
    """`weights` by name, `enter` and `move`: the mean of several fits. Names seen fewer than 5 times are left out."""
    counts = Counter(name for example in examples for names in example.names for name in names)
    index = {name: i for i, name in enumerate(sorted(name for name, count in counts.items() if count >= 5))}
    batches = [collate(group, index) for group in batched(examples)]
    with ProcessPoolExecutor() as pool:
        fits = pool.map(partial(fit_once, batches, len(index), fitting.epochs, fitting.decay), SEEDS)
        table, enter, move = (torch.stack(each).mean(0).tolist() for each in zip(*fits, strict=True))
    weights = {name: rounded(table[i]) for name, i in index.items()}
    weights = {name: row for name, row in weights.items() if max(map(abs, row)) >= 0.03}
    return {"weights": weights, "enter": rounded(enter), "move": rounded(move)}


SEEDS = (7, 8, 9, 10)  # one fit owes much to chance; scores are sums of weights, so their mean is a model too
HIDDEN = 0.15  # share of the names that a page does not show at a step, so that no few of them carry the decision


def fit_once(batches: list[Tensors], blank: int, epochs: int, decay: float, seed: int) -> Tensors:
    """The table of weights, in which `blank` is the row of names left out; `enter` and `move`."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    table = torch.zeros(blank + 1, 4, requires_grad=True)
    enter = torch.zeros(4, requires_grad=True)
    move = torch.full((4,), -2.0, requires_grad=True)
    optimizer = torch.optim.Adam([table, enter, move], lr=0.05)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=epochs * len(batches))
    pages = sum(len(ids) for ids, *_ in batches)
    order = list(range(len(batches)))
    for epoch in range(epochs):
        expected = epoch >= LIKELIHOOD_ALONE * epochs
        random.Random(seed + epoch).shuffle(order)
        total = 0.0
        for number in order:
            ids, allowed, sizes, gold, lengths, importance = batches[number]
            hidden = torch.rand(len(ids), blank + 1) < HIDDEN
            shown = torch.where(hidden.gather(1, ids.flatten(1)).view_as(ids), blank, ids)
            emissions = torch.nn.functional.embedding(shown, table, padding_idx=blank).sum(2)
            loss = marginal_loss(emissions, allowed, lengths, importance, enter, steps_of(move))
            if expected:
                z = log_partition(emissions, lengths, enter, steps_of(move))
                share = torch.autograd.grad(z.sum(), emissions, create_graph=True)[0][:, :, B.ARTICLE]
                hit, all_kept, all_gold = ((part * sizes).sum(1) for part in (share * gold, share, gold))
                lack = 1 - 2 * hit / (all_kept + all_gold + 1e-3)
                loss = LIKELIHOOD * loss + EXPECTED * (lack * importance * (all_gold > 0)).sum()
            penalty = decay * (table[:blank] ** 2).sum() * (len(ids) / pages)
            optimizer.zero_grad()
            (loss + penalty).backward()
            optimizer.step()
            scheduler.step()
            total += float(loss.detach())
    print(f"    {blank} weights, loss {total / pages:.4f}", flush=True)
    return table.detach(), enter.detach(), move.detach()


def rounded(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in values)


LIKELIHOOD_ALONE = 0.3  # share of the epochs that look at the likelihood alone; the expected F1 needs a start
LIKELIHOOD, EXPECTED = 0.1, 50.0  # what each counts for afterwards


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


def collate(group: list[Example], index: dict[str, int]) -> Tensors:
    """Names, forbidden states, sizes, gold, lengths and weights of some pages, as tensors."""
    longest = len(group[-1].names)
    width = max(len(names) for each in group for names in each.names)
    ids = np.full((len(group), longest, width), len(index))
    allowed = np.zeros((len(group), longest, 4), dtype=np.float32)
    sizes, gold = (np.zeros((len(group), longest), dtype=np.float32) for _ in range(2))
    for row, each in enumerate(group):
        for at, (names, states, size) in enumerate(zip(each.names, each.allowed, each.sizes, strict=True)):
            known = [index[name] for name in names if name in index]
            ids[row, at, : len(known)] = known
            allowed[row, at] = [0.0 if state in states else -1e4 for state in range(4)]
            sizes[row, at] = size if states != ANY else 0
            gold[row, at] = states == {B.ARTICLE}
    lengths = torch.tensor([len(each.names) for each in group])
    weights = torch.tensor([each.weight for each in group])
    return *(torch.from_numpy(each) for each in (ids, allowed, sizes, gold)), lengths, weights


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
    lengths: torch.Tensor,
    importance: torch.Tensor,
    enter: torch.Tensor,
    steps: torch.Tensor,
) -> torch.Tensor:
    """Negative log likelihood of all paths that agree with what is known."""
    both = torch.cat([emissions, emissions + allowed])
    z = log_partition(both, torch.cat([lengths, lengths]), enter, steps)
    return ((z[: len(lengths)] - z[len(lengths) :]) * importance).sum()


def fold_of(site: str, folds: int) -> int:
    return int(hashlib.blake2b(site.encode(), digest_size=4).hexdigest(), 16) % folds


def evaluate(
    pages: Mapping[str, list[dict[str, Any]]],
    models: Mapping[int, B.BodyModel],
    folds: int,
    rules: RuleSet,
    worst: int,
) -> None:
    """Score the whole engine, as the benchmark does (`--drop title`), each page with the model of its fold."""
    rules = rules.with_options(drop=["title"])
    ready = plan(rules)
    for corpus, some in pages.items():
        for field in (field for field in FIELDS if all(field in page for page in some)):
            outcomes = []
            for page in some:
                ready.body = [(ready.body[0][0], models[fold_of(page["site"], folds)])]
                outcomes.append(clean(Document(page[field]), rules))
            show(corpus, field, measure(some, [outcome.text for outcome in outcomes]))
            show_worst(some, outcomes, worst)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate by site, in so many folds")
    parser.add_argument("--only-fold", type=int, help="only this one of them")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--decay", type=float, default=3.0)
    parser.add_argument("--worst", type=int, default=0, help="show so many pages of each corpus that came out worst")
    parser.add_argument("--write", action="store_true", help="write the weights fitted to all pages")
    args = parser.parse_args()
    rules = load_rules()
    base = Parameters.of(next(rule.body for rule in rules.rules if rule.body))
    fitting = Fitting(rules, base, random.Random(3), args.epochs, args.decay)
    pages = {corpus: read_pages(corpus) for corpus in CORPORA} | {"samples": read_samples()}
    folds = args.folds or 1
    examples = [
        (fold_of(page["site"], folds), example)
        for corpus, some in pages.items()
        for page in some
        for field in FIELDS
        if field in page
        for example in examples_of(page, field, WEIGHTS[corpus], fitting)
    ]
    print(len(examples), "examples", flush=True)
    if args.folds:
        chosen = range(folds) if args.only_fold is None else [args.only_fold]
        fitted = {fold: fit([e for f, e in examples if f != fold], fitting) for fold in chosen}
        held = {corpus: [p for p in some if fold_of(p["site"], folds) in fitted] for corpus, some in pages.items()}
        models = {fold: B.BodyModel(replace(base, **numbers)) for fold, numbers in fitted.items()}
        for fold in fitted:
            print("fold", fold)
            own = {corpus: [p for p in some if fold_of(p["site"], folds) == fold] for corpus, some in held.items()}
            evaluate(own, models, folds, rules, 0)
        print("all folds")
        evaluate(held, models, folds, rules, args.worst)
    if args.write:
        write(**fit([example for _, example in examples], fitting))


def write(weights: Mapping[str, Sequence[float]], enter: Sequence[float], move: Sequence[float]) -> None:
    """Write the file of weights anew, under the head that it has."""
    head = [line[2:] for line in FILE.read_text("utf-8").splitlines() if line.startswith("# ")]
    rows = {"enter": enter, "move": move, **dict(sorted(weights.items()))}
    FILE.write_text(format_weights("\n".join(head), rows), "utf-8")


if __name__ == "__main__":
    main()
