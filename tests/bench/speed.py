"""How fast, how large: each figure as a ratio of two things measured in one run on one machine.

    python tests/bench/speed.py [--only PART ...] [--quick] [--peers]

Parts: unseen, sites, library, languages, rules, scaling, start, jobs, memory. Pages are made up, see `pages.py`; some
parts are measured on the pages of ../shared/bench too where that folder is there. The two things compared take turns.
Where each page is cleaned once, as in a corpus, processor time counts; else the best of several rounds (of whole
processes, the median). All takes about fifteen minutes; `--quick` takes two, and its figures are rough. `--peers`
measures other extractors instead, see `peers.py`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from statistics import median

import peers
from pages import make_pages

import stripper
from stripper.rules.format import Match, Rule
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "bench" / "pages"
STRIPPER = str(Path(sys.executable).parent / "stripper")
Row = tuple[str, str, str, str]  # what, measured, at least or at most, goal


# --- measuring ---------------------------------------------------------------------------------------------------


def best_of(rounds: int, *calls: Callable[[], object]) -> list[float]:
    """The least seconds that each call took; they take turns, so that a busy moment slows all of them."""
    least = [float("inf")] * len(calls)
    for _ in range(rounds):
        for number, call in enumerate(calls):
            start = time.perf_counter()
            call()
            least[number] = min(least[number], time.perf_counter() - start)
    return least


def sums_of_best(rounds: int, pages: Sequence[str], *calls: Callable[[str], object]) -> list[float]:
    """The least seconds that each call took on each page, summed.

    They take turns page by page, and a page comes again only after all others, as in a run over a corpus.
    """
    least = [[float("inf")] * len(pages) for _ in calls]
    for _ in range(rounds):
        for at, page in enumerate(pages):
            for best, seconds in zip(least, best_of(1, *(partial(call, page) for call in calls)), strict=True):
                best[at] = min(best[at], seconds)
    return [sum(best) for best in least]


def run(*command: str | Path, **options: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]


def peak(*command: str | Path) -> int:
    """The most memory, in bytes, that a command or a process it starts holds at once.

    A small process starts it: on Linux the figure would else include what this process held when it forked.
    """
    launcher = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "_, status, usage = os.wait4(child.pid, 0)\n"
        "print(usage.ru_maxrss)\n"
        "sys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    said = subprocess.run([sys.executable, "-S", "-c", launcher, *command], check=True, capture_output=True)
    return int(said.stdout) * (1 if sys.platform == "darwin" else 1024)


# --- what is compared with ----------------------------------------------------------------------------------------

POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def c4_lines(text: str) -> str:
    """The line rules of C4, and nothing else."""
    kept = []
    for line in text.splitlines():
        line = line.strip()
        words = line.split()
        if not line.endswith((".", "!", "?", '"')) or len(words) < 3:
            continue
        lower = line.lower()
        if any(phrase in lower for phrase in POLICY):
            continue
        kept.append(line)
    return "\n".join(kept)


def ten_times(rules: RuleSet) -> RuleSet:
    """A rule set with nine more of each rule that has phrases, each phrase with a word more, so that none matches."""

    def unlike(match: Match, number: int) -> Match:
        kinds = ("whole", "starts", "ends", "contains", "literals")
        phrases = {kind: tuple(f"{phrase} zqx{number}" for phrase in getattr(match, kind)) for kind in kinds}
        return replace(match, **phrases, folded=None)  # type: ignore[arg-type]

    def copies(rule: Rule) -> Iterator[Rule]:
        if rule.match is not None and (rule.match.literals or not rule.match.pattern):
            for number in range(9):
                yield replace(rule, id=f"{rule.id}-{number}", match=unlike(rule.match, number))

    return replace(rules, rules=(*rules.rules, *(copy for rule in rules.rules for copy in copies(rule))))


# --- pages ---------------------------------------------------------------------------------------------------------


@cache
def made_up(count: int) -> tuple[str, ...]:
    return tuple(make_pages(count))


@cache
def real() -> tuple[str, ...]:
    files = sorted(REAL.glob("*.jsonl.gz"))
    return tuple(json.loads(line)["text"] for file in files for line in gzip.open(file, "rt", encoding="utf-8"))


def corpora(quick: bool) -> Iterator[tuple[str, Sequence[str]]]:
    yield "made-up pages", made_up(200 if quick else 1000)
    if REAL.is_dir():
        yield "real pages", real()[:: 8 if quick else 1]


def write_pages(folder: Path, count: int) -> Path:
    """Small pages, a thousand in a folder. The same few hundred come again and again, each with a line of its own."""
    pages = list(make_pages(500, characters=1000, per_site=5))
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number}.txt").write_text(f"{pages[number % len(pages)]}Number {number}\n", "utf-8")
    return folder


# --- the parts -----------------------------------------------------------------------------------------------------


def unseen(quick: bool) -> Iterator[Row]:
    if REAL.is_dir():
        yield each_once("real pages", real()[:: 8 if quick else 1], "0.1 x", "0.18 x")


def sites(quick: bool) -> Iterator[Row]:
    count = 20 if quick else 200
    yield each_once(f"pages of ten sites, {count} each", list(make_pages(10 * count, per_site=count)), "", "")


def each_once(name: str, pages: Sequence[str], least: str, goal: str) -> Row:
    """Against the line rules of C4: pages that the process has not seen, after every eighth as a warm-up."""
    rules = load_rules(examples=False)
    seconds = [0.0, 0.0]
    for page in pages[::8]:
        stripper.strip(page, rules=rules)
    new = [page for at, page in enumerate(pages) if at % 8]
    for page in new:
        for number, call in enumerate((partial(stripper.strip, rules=rules), c4_lines)):
            start = time.process_time()
            call(page)
            seconds[number] += time.process_time() - start
    ours, theirs = seconds
    size = sum(len(page.encode("utf-8", "replace")) for page in new) / 1e6
    figure = f"{theirs / ours:.3f} x ({len(new) / ours:.0f} pages/s, {size / ours:.1f} MB/s)"
    return f"against C4 lines, {len(new)} {name}, each once, {size / len(new) * 1e3:.1f} kB a page", figure, least, goal


LIBRARY = """
import json, sys, stripper
for line in open(sys.argv[1], encoding="utf-8"):
    stripper.strip(json.loads(line)["text"]).text
"""


def library(quick: bool) -> Iterator[Row]:
    """`batch` with one job against a loop over the library, as whole processes, by their processor time."""
    pages = made_up(300 if quick else 2000)
    with tempfile.TemporaryDirectory() as folder:
        texts, records = Path(folder, "texts"), Path(folder, "pages.jsonl")
        texts.mkdir()
        for number, page in enumerate(pages):
            (texts / f"{number}.txt").write_text(page, "utf-8")
        records.write_text("".join(json.dumps({"text": page}) + "\n" for page in pages), "utf-8")
        batch = (STRIPPER, "batch", "--jobs", "1", "--no-cross-document")
        calls = [
            partial(run, sys.executable, "-c", LIBRARY, records),
            partial(run, *batch, texts, "--output", Path(folder, "cleaned"), "--dry-run"),
            partial(run, *batch, records, "--output", Path(folder, "cleaned.jsonl")),
        ]
        for call in calls:
            call()
        took = [min(times) for times in zip(*([processor_time(call) for call in calls] for _ in range(3)), strict=True)]
    for name, seconds in zip((".txt files, written nowhere", "records in JSONL"), took[1:], strict=True):
        what = f"`batch`, one job, {len(pages)} {name}, against the library"
        yield what, f"{took[0] / seconds:.2f} x", "0.85 x", "0.95 x"


def processor_time(call: Callable[[], object]) -> float:
    """Of the processes that a call starts and waits for."""
    before = os.times()
    call()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def languages(quick: bool) -> Iterator[Row]:
    english = [ROOT / "rules" / "core", ROOT / "rules" / "languages" / "en.toml"]
    few, many = load_rules(english, default=False, examples=False), load_rules(examples=False)
    pages = made_up(200)[:20]  # of the first site, which is in English
    calls = [partial(stripper.strip, rules=rules, languages="en") for rules in (few, many)]
    for call in calls:
        call(pages[0])
    one, every = sums_of_best(3 if quick else 7, pages, *calls)
    yield f"packs of all languages against one, {len(pages)} pages", f"{every / one:.2f} x the time", "1.15 x", "1.05 x"


def more_rules(quick: bool) -> Iterator[Row]:
    shipped = load_rules()
    more = ten_times(shipped)
    for name, pages in corpora(quick):
        some = pages[::4]
        calls = [partial(stripper.strip, rules=rules) for rules in (shipped, more)]
        for call in calls:  # made ready before they are measured
            call(pages[0])
        few, many = sums_of_best(3 if quick else 7, some, *calls)
        what = f"{len(more.rules)} rules against {len(shipped.rules)}, {len(some)} {name}"
        yield what, f"{many / few:.2f} x the time", "1.1 x", "1.05 x"


def scaling(quick: bool) -> Iterator[Row]:
    scale = 10 if quick else 1
    page, prose = made_up(40)[21], made_up(40)[0].split("\n")
    line = " ".join(max(prose, key=len) for _ in range(12_000_000 // scale // len(max(prose, key=len))))
    article = "\n".join(make_pages(1, characters=200_000 // scale))
    cases = {
        "a page twice as long": (page, page * 2, 40),
        f"a page of {len(article) // 1000} kB, twice": (article, article * 2, 1),
        f"one line of {len(line) // 1_000_000} MB, twice": (line, line + " " + line, 1),
        f"{1_000_000 // scale:,} empty lines, twice": ("\n" * (1_000_000 // scale), "\n" * (2_000_000 // scale), 1),
        f"{1_000_000 // scale:,} equal lines, twice": (
            "The ferry sails.\n" * (1_000_000 // scale),
            "The ferry sails.\n" * (2_000_000 // scale),
            1,
        ),
    }
    rules = load_rules(examples=False)
    for name, (one, two, times) in cases.items():

        def clean(text: str, times: int = times) -> None:
            for _ in range(times):
                stripper.strip(text, rules=rules)

        once, twice = best_of(2 if times == 1 else 5, partial(clean, one), partial(clean, two))
        yield name, f"{twice / once:.2f} x the time ({once / times:.3f} s, {twice / times:.3f} s)", "2.3 x", "2.1 x"


def start(quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.txt")
        page.write_text(next(make_pages(1, characters=5000)), "utf-8")
        # As an installed program runs: with its own compiled files, which an installer writes.
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        kept, off = ({**plain, "STRIPPER_CACHE": where} for where in (str(Path(folder, "cache")), "off"))
        calls = [
            partial(run, sys.executable, "-c", "import click, regex", env=plain),
            partial(run, STRIPPER, "strip", page, env=kept),
            partial(run, STRIPPER, "strip", page, env=off),
        ]
        times: list[list[float]] = [[] for _ in calls]
        best_of(1, *calls)
        for _ in range(10 if quick else 40):
            for some, call in zip(times, calls, strict=True):
                some += best_of(1, call)
        base, ours, uncached = map(median, times)
        for name, took, least, goal in (("", ours, "2.2 x", "1.6 x"), (", without its cache", uncached, "", "")):
            what = f"`stripper strip` of a 5 kB page{name}, against `import click, regex`"
            yield what, f"{took / base:.2f} x ({took * 1e3:.0f} against {base * 1e3:.0f} ms)", least, goal


def jobs(quick: bool) -> Iterator[Row]:
    count = 2_000 if quick else 20_000
    with tempfile.TemporaryDirectory() as folder:
        pages = write_pages(Path(folder, "pages"), count)
        outputs = (Path(folder, f"out{number}") for number in range(100))

        def batch(number: int) -> None:
            run(STRIPPER, "batch", pages, "--output", next(outputs), "--jobs", str(number))

        one, two = best_of(2, partial(batch, 1), partial(batch, 2))
    what = f"`batch --jobs 2` against 1, {count:,} pages, {os.cpu_count()} cores"
    yield what, f"{one / two:.2f} x as fast ({two:.1f} against {one:.1f} s)", "1.7 x", "1.9 x"


def memory(quick: bool) -> Iterator[Row]:
    few, many = (1_000, 10_000) if quick else (10_000, 100_000)
    with tempfile.TemporaryDirectory() as folder:
        peaks = []
        for count in (few, many):
            pages = write_pages(Path(folder, str(count)), count)
            peaks.append(peak(STRIPPER, "batch", pages, "--output", Path(folder, f"out{count}")))
    what = f"peak memory of `batch`, {many:,} pages against {few:,}"
    yield what, f"{peaks[1] / peaks[0]:.2f} x ({peaks[1] / 1e6:.0f} against {peaks[0] / 1e6:.0f} MB)", "1.3 x", "1 x"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "large.txt")
        size = 20_000_000 if quick else 200_000_000
        text = "".join(made_up(200)).encode("utf-8")
        with file.open("wb") as large:
            for _ in range(size // len(text) + 1):
                large.write(text)
        most, size = peak(STRIPPER, "strip", file), file.stat().st_size
    what = f"peak memory of `strip`, one file of {size // 1_000_000} MB"
    yield what, f"{most / size:.1f} x the file ({most / 1e6:.0f} MB)", "8 x", "4 x"


PARTS = {
    "unseen": unseen,
    "sites": sites,
    "library": library,
    "languages": languages,
    "rules": more_rules,
    "scaling": scaling,
    "start": start,
    "jobs": jobs,
    "memory": memory,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--quick", action="store_true", help="on a tenth of the pages")
    parser.add_argument("--peers", action="store_true", help="measure other extractors, and draw docs/speed.svg")
    options = parser.parse_args()
    print("| what | measured | at least | goal |\n|---|---|---|---|")
    parts = [peers.measure] if options.peers else [PARTS[part] for part in options.only]
    for part in parts:
        for row in part(options.quick):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
