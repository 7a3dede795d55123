"""What others take for the same pages, and how well they do: a table and a picture, docs/speed.svg.

Called by `speed.py --peers`, in an environment that has what is to be measured, as far as it is there:

    pip install -e . trafilatura justext readability-lxml resiliparse markdown-it-py

The others read HTML, which ../shared/bench does not hold: they get what its Markdown form renders to, which is leaner
than the pages were, so that on the web they take longer. All take turns, page by page, each page once. The accuracy is
the F1 of ../shared/bench, the mean of its corpora of articles: ours is measured in the same call, theirs stands in its
peers.json and was measured on the pages' own HTML.
"""

from __future__ import annotations

import gzip
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import log10
from pathlib import Path
from statistics import mean

import stripper

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench"
PICTURE = ROOT / "docs" / "speed.svg"
CORPORA = ("idnews", "fundus", "np4k", "wcxb")  # those with an F1 for all
OURS = "Stripper"
Extractor = Callable[[str], object]


def extractors() -> dict[str, tuple[str, Extractor]]:
    """By name: what it is called in peers.json, and the call. Those that are not installed are left out."""

    def trafilatura() -> dict[str, tuple[str, Extractor]]:
        extract = importlib.import_module("trafilatura").extract
        return {
            "trafilatura": ("trafilatura html", extract),
            "trafilatura, fast": ("", partial(extract, fast=True)),
        }

    def justext() -> dict[str, tuple[str, Extractor]]:
        module = importlib.import_module("justext")
        words = module.get_stoplist("English")
        return {"jusText": ("justext html", lambda html: module.justext(html, words))}

    def readability() -> dict[str, tuple[str, Extractor]]:
        document = importlib.import_module("readability").Document
        return {"Readability": ("readability html", lambda html: document(html).summary())}

    def resiliparse() -> dict[str, tuple[str, Extractor]]:
        extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
        return {
            "resiliparse": ("resiliparse html", partial(extract, main_content=True)),
            "resiliparse, all text": ("raw text/resiliparse", extract),
        }

    found: dict[str, tuple[str, Extractor]] = {}
    for make in (trafilatura, justext, readability, resiliparse):
        try:
            found |= make()
        except ImportError as error:
            print(f"left out: {error}", file=sys.stderr)
    return found


def read_pages(every: int) -> Iterator[tuple[str, str]]:
    """The text of each page, and HTML of the same words."""
    render = importlib.import_module("markdown_it").MarkdownIt("commonmark").enable("table").render
    for corpus in CORPORA:
        texts, forms = (_rows(BENCH / folder / f"{corpus}.jsonl.gz") for folder in ("pages", "forms"))
        marked = {row["id"]: row["markdown"] for row in forms}
        for row in texts[::every]:
            if marked.get(row["id"], "").strip():
                yield row["text"], f"<html><body>{render(marked[row['id']])}</body></html>"


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def seconds_of(pages: Sequence[tuple[str, str]], calls: dict[str, Extractor]) -> dict[str, float]:
    """Processor time of each, all pages together; every eighth page comes first and is not counted."""
    total = dict.fromkeys([OURS, *calls], 0.0)
    clean = partial(stripper.strip, rules=stripper.load_rules(examples=False))
    known = pages[::8]
    for number, (text, html) in enumerate([*known, *(page for at, page in enumerate(pages) if at % 8)]):
        for name in total:
            start = time.process_time()
            if name == OURS:
                clean(text)
            else:
                try:
                    calls[name](html)
                except Exception as error:  # a page that one of them cannot read
                    print(f"{name}: {error!r:.80}", file=sys.stderr)
            if number >= len(known):
                total[name] += time.process_time() - start
    return total


def own_accuracy() -> float:
    with tempfile.TemporaryDirectory() as folder:
        scores = Path(folder, "scores.json")
        program = f"{sys.executable} -m stripper batch {{input}} --output {{output}} --drop title"
        only = [part for corpus in CORPORA for part in ("--corpus", corpus)]
        command = [sys.executable, str(BENCH / "score.py"), *only, "--command", program, "--json", str(scores)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        found = json.loads(scores.read_text("utf-8"))
        return mean(float(found[corpus]["F1"]) for corpus in CORPORA)


def accuracy_of(key: str) -> float | None:
    known = json.loads((BENCH / "peers.json").read_text("utf-8"))["dev"]
    found = [known[corpus].get(key, {}).get("F1") for corpus in CORPORA]
    return mean(found) if key and None not in found else None


def measure(quick: bool) -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table; draws the picture unless `quick`."""
    pages = list(read_pages(16 if quick else 4))
    others = extractors()
    took = seconds_of(pages, {name: call for name, (_, call) in others.items()})
    accuracy = {name: accuracy_of(key) for name, (key, _) in others.items()}
    accuracy[OURS] = None if quick else own_accuracy()
    points = []
    for name, seconds in sorted(took.items(), key=lambda item: item[1]):
        times, f1 = seconds / took[OURS], accuracy[name]
        yield f"{name}, {len(pages)} pages", f"{times:.2f} x the time of Stripper", "", f"F1 {f1:.3f}" if f1 else ""
        if f1:
            points.append((name, times, f1))
    if not quick:
        PICTURE.write_text(draw(points, len(pages)), "utf-8")


TICKS = (0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 64, 24, 90, 56  # pixels; the last four are margins


def draw(points: Sequence[tuple[str, float, float]], pages: int) -> str:
    """Accuracy against time, as an SVG that is legible on light and on dark."""
    least = 0.03
    most = next(tick for tick in TICKS if tick > max(times for _, times, _ in points))
    low = min(f1 for *_, f1 in points) // 0.05 * 0.05

    def x(times: float) -> float:
        share = (log10(max(times, least)) - log10(least)) / (log10(most) - log10(least))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(f1: float) -> float:
        return TOP + (1 - (f1 - low) / (1 - low)) * (HEIGHT - TOP - BOTTOM)

    def text(at_x: float, at_y: float, words: str, anchor: str = "middle", more: str = "") -> str:
        return f'<text x="{at_x:.0f}" y="{at_y:.0f}" text-anchor="{anchor}"{more}>{words}</text>'

    parts = []
    for step in range(round(low * 20), 21):
        parts.append(f'<path d="M{LEFT} {y(step / 20):.0f}H{WIDTH - RIGHT}" class="grid"/>')
        parts.append(text(LEFT - 8, y(step / 20) + 4, f"{step / 20:.2f}", "end"))
    for times in TICKS:
        if times <= most:
            parts.append(f'<path d="M{x(times):.0f} {TOP}V{HEIGHT - BOTTOM}" class="grid"/>')
            parts.append(text(x(times), HEIGHT - BOTTOM + 18, f"{times:g} x"))
    parts.append(text(WIDTH / 2, HEIGHT - 12, f"processor time a page, against Stripper ({pages} pages, one core)"))
    parts.append(text(16, TOP - 8, "F1", "start"))
    for name, times, f1 in points:
        kind = "ours" if name == OURS else "theirs"
        beside = [x(other) - x(times) for _, other, height in points if abs(y(height) - y(f1)) < 14]
        left = any(0 < distance < 90 for distance in beside)  # where the name would run into another
        parts.append(f'<circle cx="{x(times):.0f}" cy="{y(f1):.0f}" r="5" class="{kind}"/>')
        place = (x(times) - 9, "end") if left else (x(times) + 9, "start")
        parts.append(text(place[0], y(f1) + 4, name, place[1]))
    style = (
        "text{font:13px sans-serif;fill:#666}.grid{stroke:#999;stroke-opacity:.3;fill:none}"
        ".ours{fill:#c4402a}.theirs{fill:#5b7fa6}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    title = "<title>Accuracy against processor time a page</title>"
    return "\n".join([head, title, f"<style>{style}</style>", *parts, "</svg>", ""])
