"""Fits the weights of the body rule to labelled pages, and writes them into `rules/core/body.toml`.

    python tests/bench/fit_body.py [--pages DIR] [--folds 5] [--write]

Needs torch (`pip install torch`), and the pages of the benchmark (`id`, `site`, `text`, `text_fragments`, and `gold`
or `with` and `without`). The model and all that it looks at are those of `stripper.engine.body`; this only chooses
numbers. Gold pages say the state of each line, segment pages only of some: the loss is the negative log likelihood of
all paths that agree with what is known. Beside the pages as they are, cleaned pages (gold lines alone, with or without
a headline) are learned, so that what is clean already stays.

With --folds, sites are split and each fold is scored by weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stripper.engine import body as B
from stripper.engine import clean, find_evidence, plan
from stripper.matching import Page
from stripper.model import Document
from stripper.rules import load_rules

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench"
PACK = ROOT / "rules" / "core" / "body.toml"
ANY = frozenset(range(4))
MOST_UNITS = 1500  # longer pages are cut for fitting


def load_score(bench: Path) -> Any:
    """The benchmark's own measures."""
    spec = importlib.util.spec_from_file_location("score", bench / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def label(units: list[B.Look], page: Page, gold: str, token: re.Pattern[str]) -> list[int]:
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
    weight = [len(mine) if state else 0 for mine, state in zip(tokens, sure)]
    around = [sum(weight[max(0, i - 8) : i + 9]) for i in range(len(units))]
    places: dict[str, list[int]] = {}
    for i, mine in enumerate(tokens):
        if sure[i] and len(mine) >= 6:
            places.setdefault(" ".join(mine), []).append(i)
    for text, copies in places.items():
        if len(copies) > 1:
            allowed = max(1, flat.count(f" {text} "))
            for i in sorted(copies, key=lambda i: -around[i])[allowed:]:
                sure[i] = False
    good = [i for i, state in enumerate(sure) if state]
    if not good:
        return [B.BEFORE] * len(units)
    first, last = good[0], good[-1]
    state = [B.BEFORE if i < first else B.AFTER if i > last else B.GAP for i in range(len(units))]
    for i, mine in enumerate(sure):
        if mine or (mine is None and first - 2 <= i <= last + 2):
            state[i] = B.ARTICLE
    first, last = state.index(B.ARTICLE), len(state) - 1 - state[::-1].index(B.ARTICLE)
    return [each if each == B.ARTICLE else B.BEFORE if i < first else B.AFTER if i > last else B.GAP for i, each in enumerate(state)]


def label_segments(units: list[B.Look], page: Page, keep: list[str], drop: list[str]) -> list[frozenset[int]]:
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
    return allowed if any(each == {B.ARTICLE} for each in allowed) else [ANY] * len(units)


class Example:
    """One page to learn from: names of weights for each unit, and the states that it may have."""

    def __init__(self, names: list[list[str]], allowed: list[frozenset[int]], words: list[int], weight: float) -> None:
        self.names, self.allowed, self.words, self.weight = names, allowed, words, weight


def names_of(unit: B.Look) -> list[str]:
    return [name for names, key in zip(B.NAMES, (unit.look, unit.near, unit.place)) for name in names(key)]


def examples_of(page: dict[str, Any], field: str, model: B.BodyModel, rules: Any, token: Any, rng: random.Random) -> list[Example]:
    text = page[field]
    seen = Page(Document.of(text), rules.traits)
    units = model.looks(seen, find_evidence(seen, rules))[:MOST_UNITS]
    if not units:
        return []
    found = []
    if "gold" in page:
        states = label(units, seen, page["gold"], token)
        allowed = [frozenset({state}) for state in states]
        found.append(Example([names_of(u) for u in units], allowed, [u.words for u in units], 1.0))
        kept = {number for line, state in enumerate(states) if state == B.ARTICLE for number in seen.lines[line]}
        if kept and rng.random() < CLEANED:
            found += cleaned_example(seen, kept, page, model, rules, rng)
    else:
        allowed = label_segments(units, seen, page.get("with", []), page.get("without", []))
        if any(each != ANY for each in allowed):
            found.append(Example([names_of(u) for u in units], allowed, [u.words for u in units], 1.0))
    return found


CLEANED = 0.5  # share of the pages that are learned in their cleaned form too


def cleaned_example(seen: Page, kept: set[int], page: dict[str, Any], model: B.BodyModel, rules: Any, rng: random.Random) -> list[Example]:
    """The page with the article's lines alone, blank lines between them folded; sometimes only some paragraphs of it."""
    lines: list[str] = []
    for number, raw in enumerate(seen.document.lines):
        if number in kept or (raw.isspace() and lines and not lines[-1].isspace()):
            lines.append(raw)
    if rng.random() < 0.25:
        start = rng.randrange(len(lines))
        lines = lines[start : start + rng.randint(1, 8)]
    head: list[str] = []
    if rng.random() < 0.5:
        numbers = [numbers[0] for numbers, words in zip(seen.lines, seen.words) if numbers[0] < min(kept) and 4 <= words <= 20]
        head = [seen.document.lines[numbers[-1]], "\n"] if numbers else []
    text = "".join([*head, *lines])
    cleaned = Page(Document.of(text), rules.traits)
    units = model.looks(cleaned, [""] * len(cleaned))[:MOST_UNITS]
    if not units:
        return []
    top = frozenset({B.BEFORE, B.ARTICLE}) if head else frozenset({B.ARTICLE})
    allowed = [top] + [frozenset({B.ARTICLE})] * (len(units) - 1)
    return [Example([names_of(u) for u in units], allowed, [u.words for u in units], 0.5)]


def fit(examples: list[Example], epochs: int, decay: float, power: float, seed: int = 7) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Weights by name, `enter` and `move`. Names seen fewer than 5 times are left out."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    counts = Counter(name for example in examples for names in example.names for name in names)
    index = {name: i for i, name in enumerate(sorted(name for name, count in counts.items() if count >= 5))}
    blank = len(index)
    table = torch.zeros(blank + 1, 4, requires_grad=True)
    enter = torch.zeros(4, requires_grad=True)
    move = torch.full((4,), -2.0, requires_grad=True)
    width = max(len(names) for example in examples for names in example.names)
    packed = []
    for example in sorted(examples, key=lambda each: len(each.names)):
        ids = np.full((len(example.names), width), blank)
        for row, names in enumerate(example.names):
            known = [index[name] for name in names if name in index]
            ids[row, : len(known)] = known
        allowed = np.array([[0.0 if state in each else -1e4 for state in range(4)] for each in example.allowed], dtype=np.float32)
        weight = np.array([(1 + words) ** power for words in example.words], dtype=np.float32)
        packed.append((ids, allowed, weight, example.weight))
    batches = []
    size = 0
    group: list[Any] = []
    for each in packed:
        group.append(each)
        if len(group) == 96 or len(group) * len(each[0]) > 40_000:
            batches.append(group)
            group = []
    if group:
        batches.append(group)
    tensors = [collate(group, width, blank) for group in batches]
    optimizer = torch.optim.Adam([table, enter, move], lr=0.05)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=epochs * len(tensors))
    order = list(range(len(tensors)))
    total = sum(len(each[0]) for each in packed)
    for epoch in range(epochs):
        random.Random(seed + epoch).shuffle(order)
        loss_sum = 0.0
        for number in order:
            ids, allowed, lengths, weight, importance = tensors[number]
            emissions = torch.nn.functional.embedding(ids, table, padding_idx=blank).sum(2)
            loss = marginal_loss(emissions, allowed, lengths, weight, importance, enter, move)
            penalty = decay * (table[:blank] ** 2).sum() * (ids.shape[0] / len(packed))
            optimizer.zero_grad()
            (loss + penalty).backward()
            optimizer.step()
            scheduler.step()
            loss_sum += float(loss)
    print(f"    {len(index)} weights, loss {loss_sum / total:.4f}", flush=True)
    values = table.detach().numpy()
    weights = {name: [round(float(v), 2) for v in values[i]] for name, i in index.items()}
    weights = {name: row for name, row in weights.items() if max(map(abs, row)) >= 0.03}
    return weights, [round(v, 2) for v in enter.tolist()], [round(v, 2) for v in move.tolist()]


def collate(group: list[Any], width: int, blank: int) -> tuple[torch.Tensor, ...]:
    longest = max(len(each[0]) for each in group)
    ids = np.full((len(group), longest, width), blank)
    allowed = np.zeros((len(group), longest, 4), dtype=np.float32)
    weight = np.zeros((len(group), longest), dtype=np.float32)
    for row, (some, states, words, _) in enumerate(group):
        ids[row, : len(some)], allowed[row, : len(some)], weight[row, : len(some)] = some, states, words
    lengths = torch.tensor([len(each[0]) for each in group])
    return torch.from_numpy(ids), torch.from_numpy(allowed), lengths, torch.from_numpy(weight), torch.tensor([each[3] for each in group])


def steps_of(move: torch.Tensor) -> torch.Tensor:
    """Scores of the steps, from (rows) to (columns); what is not a step is out of reach."""
    low = torch.full((4, 4), -1e4)
    mask = torch.zeros(4, 4)
    out = low.clone()
    for state in range(4):
        out[state, state] = 0.0
    pairs = [(B.BEFORE, B.ARTICLE), (B.ARTICLE, B.GAP), (B.GAP, B.ARTICLE), (B.ARTICLE, B.AFTER)]
    rows, columns = zip(*pairs)
    out[list(rows), list(columns)] = 0.0
    return out.index_put((torch.tensor(rows), torch.tensor(columns)), move)


def partition(emissions: torch.Tensor, lengths: torch.Tensor, enter: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
    mask = torch.tensor([0.0, 0.0, -1e4, -1e4])
    alpha = emissions[:, 0] + enter + mask
    for t in range(1, emissions.shape[1]):
        following = torch.logsumexp(alpha.unsqueeze(2) + steps, 1) + emissions[:, t]
        alpha = torch.where((t < lengths).unsqueeze(1), following, alpha)
    return torch.logsumexp(alpha, 1)


def marginal_loss(emissions, allowed, lengths, weight, importance, enter, move) -> torch.Tensor:
    """Negative log likelihood of all paths that agree with what is known."""
    steps = steps_of(move)
    both = torch.cat([emissions, emissions + allowed])
    z = partition(both, torch.cat([lengths, lengths]), enter, steps)
    count = len(lengths)
    return ((z[:count] - z[count:]) * importance).sum()


def fold_of(site: str, folds: int) -> int:
    return int(hashlib.blake2b(site.encode(), digest_size=4).hexdigest(), 16) % folds


def read_pages(bench: Path, corpora: list[str]) -> dict[str, list[dict[str, Any]]]:
    pages = {}
    for corpus in corpora:
        with gzip.open(bench / "pages" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            pages[corpus] = [json.loads(line) for line in lines]
    return pages


def evaluate(pages, fields, model_of, rules, score) -> dict[tuple[str, str], dict[str, float]]:
    """Score the whole engine, as the benchmark does (`--drop title`), with the model for each page."""
    rules = rules.with_options(drop=["title"])
    ready = plan(rules)
    result = {}
    for corpus, some in pages.items():
        for field in fields:
            outputs = []
            for page in some:
                ready.body = [(ready.body[0][0], model_of(page))]
                outputs.append(clean(Document.of(page[field]), rules).text)
            lost = [(score.precision_recall(page["gold"], out)[1] or 0) < 0.5 for page, out in zip(some, outputs) if "gold" in page]
            result[corpus, field] = score.score(some, outputs) | {"lost": sum(lost) / len(lost) if lost else 0.0}
    return result


def show(result: dict[tuple[str, str], dict[str, float]]) -> None:
    for (corpus, field), row in result.items():
        print(f"    {corpus:7s} {field:15s} " + "  ".join(f"{k} {v:.3f}" for k, v in row.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--decay", type=float, default=0.3)
    parser.add_argument("--power", type=float, default=0.0)
    parser.add_argument("--bias", type=float, nargs="*", default=[0.0])
    parser.add_argument("--only-fold", type=int)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    import tomllib

    import time
    score = load_score(args.bench)
    rules = load_rules()
    table = tomllib.loads(PACK.read_text("utf-8"))["rule"][0]["body"]
    base = B.Parameters.of(table)
    model = B.BodyModel(base)
    rng = random.Random(3)
    pages = read_pages(args.bench, ["idnews", "fundus", "np4k", "wcxb", "traf"])
    t=time.time()
    examples: list[tuple[int, Example]] = []
    folds = args.folds or 1
    for corpus, some in pages.items():
        for page in some:
            for field in ("text", "text_fragments"):
                for example in examples_of(page, field, model, rules, score.TOKEN, rng):
                    examples.append((fold_of(page["site"], folds), example))
    print(len(examples), "examples", time.time()-t, flush=True)
    from dataclasses import replace

    if args.folds:
        for bias in args.bias:
            pass
        models = {}
        for fold in range(folds):
            if args.only_fold is not None and fold != args.only_fold:
                continue
            weights, enter, move = fit([e for f, e in examples if f != fold], args.epochs, args.decay, args.power)
            models[fold] = replace(base, weights=weights, enter=tuple(enter), move=tuple(move))
        held = {c: [p for p in some if fold_of(p["site"], folds) in models] for c, some in pages.items()}
        for bias in args.bias:
            ready = {fold: B.BodyModel(replace(each, bias=bias)) for fold, each in models.items()}
            print("  bias", bias)
            show(evaluate(held, ("text", "text_fragments"), lambda page: ready[fold_of(page["site"], folds)], rules, score))
    if args.write:
        weights, enter, move = fit([e for _, e in examples], args.epochs, args.decay, args.power)
        write(weights, enter, move)
        print("written")


def write(weights: dict[str, list[float]], enter: list[float], move: list[float]) -> None:
    """Put fitted numbers into the pack, and leave the rest of it as it is."""
    text = PACK.read_text("utf-8")
    text = re.sub(r"^enter *=.*$", f"enter       = {enter}", text, flags=re.M)
    text = re.sub(r"^move *=.*$", f"move        = {move}", text, flags=re.M)
    head, mark, _ = text.partition("[rule.body.weights]\n")
    rows = [f'"{name}" = {row}' for name, row in sorted(weights.items())]
    PACK.write_text(head + mark + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
