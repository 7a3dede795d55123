"""What a folder run costs: seconds with one worker and with two, and peak memory for a small and a large folder.

    python tests/bench/folder.py [--pages 20000] [--large 100000]

The memory is that of the largest of the run's processes. Processor time is given beside the seconds, since it tells
more on a machine that others use too.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

STRIPPER = Path(sys.executable).parent / "stripper"
WORDS = ("harbour", "ferry", "captain", "storm", "quay", "island", "ramp", "berth", "sail", "tide", "crew", "fare")
CHROME = (
    "Skip to content\nHome | Islands | Weather | Sport\nTides and boats\nMarket at the quay\n",
    "Read also: Why the harbour wall is still not mended\nComments (12)\nOur crew\n© 2021 Harbour Press\n",
)


def write_pages(folder: Path, count: int, each: int = 500) -> int:
    """Pages of about 1.5 kB, so many to a folder; returns their bytes."""
    chance = random.Random(count)
    size = 0
    for number in range(count):
        site = folder / f"site{number // each}.example"
        site.mkdir(parents=True, exist_ok=True)
        lines = [" ".join(chance.choices(WORDS, k=30)).capitalize() + "." for _ in range(7)]
        title = " ".join(chance.choices(WORDS, k=6)).capitalize()
        page = f"{CHROME[0]}{title}\nBy Ann Reed\n" + "\n".join(lines) + f"\n{CHROME[1]}"
        size += (site / f"{number}.txt").write_text(page, "utf-8")
    return size


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took."""

    seconds: float
    processor: float
    megabytes: float


def measure(*arguments: str | Path) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen([STRIPPER, *arguments], stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return Cost(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def show(what: str, cost: Cost) -> None:
    print(
        f"{what:40s} {cost.seconds:8.1f} s {cost.processor:8.1f} s of processors {cost.megabytes:7.0f} MB", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder / "pages", args.pages)
        costs = {}
        for jobs in ("1", "2"):
            costs[jobs] = measure("batch", folder / "pages", "--output", folder / f"out{jobs}", "--jobs", jobs)
            show(f"{args.pages:,} pages, {jobs} job", costs[jobs])
        print(f"two jobs are {costs['1'].seconds / costs['2'].seconds:.2f} times as fast")
    for group_by in ("folder", "run"):
        peaks = []
        for count in (args.large // 10, args.large):
            with tempfile.TemporaryDirectory() as name:
                size = write_pages(Path(name) / "pages", count)
                paths = (Path(name) / "pages", "--output", Path(name) / "out")
                cost = measure("batch", *paths, "--jobs", "2", "--group-by", group_by, "--removed")
                show(f"{count:,} pages, {size / 1e6:.0f} MB, by {group_by}", cost)
                peaks.append(cost.megabytes)
        print(f"ten times the pages take {peaks[1] / peaks[0]:.2f} times the memory")


if __name__ == "__main__":
    main()
