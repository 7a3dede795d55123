"""What is known of the lines of a labelled page: the state of each, or the states that it may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from chain import AFTER, ANY, ARTICLE, BEFORE, GAP

from stripper.engine.body.model import article_ends
from stripper.reading.page import Page

ONLY_ARTICLE = 1 << ARTICLE
NO_ARTICLE = ANY - ONLY_ARTICLE

# What the marks of `samples/marked/` say of a line: the title, what stays, what may do either, what goes. Of the title
# nothing is learned here: a rule of its own finds it, wherever the body begins.
MARKED = {"=": ANY, "+": ONLY_ARTICLE, "?": ANY, "-": NO_ARTICLE}


def known_states(page: Page, labels: dict[str, Any], token: re.Pattern[str]) -> list[int]:
    """Of each line the sum of 1 << state over the states it may have, from `marks`, `gold`, or `with` and `without`."""
    if "marks" in labels:
        return in_order([MARKED[mark] for mark in marks_of(page, labels["marks"])])
    if "gold" in labels:
        return [1 << state for state in label(page, labels["gold"], token)]
    return in_order(label_segments(page, labels.get("with", []), labels.get("without", [])))


def in_order(allowed: Sequence[int]) -> list[int]:
    """Without the states that no path has: before the article below a line of it, and after it above one."""
    first, last = article_ends([ARTICLE if each == ONLY_ARTICLE else BEFORE for each in allowed])
    if first == len(allowed):
        return list(allowed)
    return [
        each & ~(1 << BEFORE if line > first else 0) & ~(1 << AFTER if line < last else 0)
        for line, each in enumerate(allowed)
    ]


def marks_of(page: Page, marks: str) -> list[str]:
    """The mark of each line of a page, from those of the lines of its text; of several the first one of MARKED."""
    return [min((marks[number] for number in numbers), key=tuple(MARKED).index) for numbers in page.lines]


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
        return [BEFORE] * len(page)
    first, last = good[0], good[-1]
    state = [BEFORE if i < first else AFTER if i > last else GAP for i in range(len(page))]
    for i, mine in enumerate(sure):
        if mine or (mine is None and first - 2 <= i <= last + 2):
            state[i] = ARTICLE
    first, last = state.index(ARTICLE), len(state) - 1 - state[::-1].index(ARTICLE)
    outside = [BEFORE if i < first else AFTER if i > last else GAP for i in range(len(page))]
    return [each if each == ARTICLE else outside[i] for i, each in enumerate(state)]


def label_segments(page: Page, keep: list[str], drop: list[str]) -> list[int]:
    """From passages that must stay and must go."""
    space = re.compile(r"\s+")
    keep, drop = ([space.sub(" ", text) for text in texts] for texts in (keep, drop))
    allowed = []
    for text in page.text:
        text = space.sub(" ", text)
        if any(part in text or (len(text) > 15 and text in part) for part in keep):
            allowed.append(ONLY_ARTICLE)
        elif any(part in text or (len(text) > 15 and text in part) for part in drop):
            allowed.append(NO_ARTICLE)
        else:
            allowed.append(ANY)
    # What stands both inside and outside cannot be told apart: an article needs one path through it.
    return allowed if any(each == ONLY_ARTICLE for each in allowed) else [ANY] * len(page)
