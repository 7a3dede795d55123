"""What files of records cost beside the library on a list of texts: ratios of pages a second, and memory.

    python tests/bench/formats.py [--pages 3000] [--times 3] [--large GIGABYTES]

Made-up pages are written as one JSON Lines and one Parquet file. `batch` does both passes, or, for the comparison, one
(--no-cross-document), as the library does; what it takes to start is taken off. Processor time counts: it tells the
same on a machine that others use too.
With --large, a file of so many gigabytes is made of the pages, and the most memory that a process had is given.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pages import make_pages

STRIPPER = Path(sys.executable).parent / "stripper"
LIBRARY = """
import json, sys, stripper
texts = [json.loads(line)["text"] for line in open(sys.argv[1])]
for text in texts:
    stripper.strip(text)
"""


class Cost(NamedTuple):
    seconds: float
    processor: float
    megabytes: float  # of the largest of its processes


def measure(*command: str | Path) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Cost(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def best(times: int, *command: str | Path) -> Cost:
    return Cost(*map(min, zip(*(measure(*command) for _ in range(times)), strict=True)))


def write_pages(folder: Path, count: int, name: str = "pages") -> None:
    rows = [
        {"id": at, "url": f"https://site{at // 20}.example/{at}", "text": text}
        for at, text in enumerate(make_pages(count))
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def write_large(folder: Path, gigabytes: float) -> int:
    """A file of so many bytes, the hosts of its pages being all different ones."""
    lines = (folder / "pages.jsonl").read_bytes().splitlines(keepends=True)
    size = round = 0
    with (folder / "large.jsonl").open("wb") as file:
        while size < gigabytes * 1e9:
            for line in lines:
                size += file.write(line.replace(b"https://site", b"https://r%d-site" % round, 1))
            round += 1
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--large", type=float, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, given.pages)
        idle = best(given.times, sys.executable, "-c", "import stripper; stripper.strip('Share')")
        library = best(given.times, sys.executable, "-c", LIBRARY, folder / "pages.jsonl")
        print(f"library: {given.pages / (library.processor - idle.processor):.0f} pages a second of processor time")
        for suffix in ("jsonl", "parquet"):
            write_pages(folder, 1, "one")
            start = best(given.times, STRIPPER, "batch", folder / f"one.{suffix}", "-o", folder / "out", "-j", "1")
            for jobs in (1, 2):
                for both in (False, True):
                    options = [] if both else ["--no-cross-document"]
                    command = [
                        STRIPPER,
                        "batch",
                        folder / f"pages.{suffix}",
                        "-o",
                        folder / "out",
                        "-j",
                        str(jobs),
                        *options,
                    ]
                    cost = best(given.times, *command)
                    work, whole = library.processor - idle.processor, cost.processor - start.processor
                    passes = "both passes" if both else "one pass"
                    print(
                        f"{suffix}, {jobs} jobs, {passes}: x {work / whole:.2f} by processor time, "
                        f"x {(library.seconds - idle.seconds) / (cost.seconds - start.seconds):.2f} by the clock, "
                        f"{cost.megabytes:.0f} MB"
                    )
        if given.large:
            size = write_large(folder, given.large)
            cost = measure(STRIPPER, "batch", folder / "large.jsonl", "-o", folder / "out", "-j", "2")
            print(f"{size / 1e9:.1f} GB: {cost.seconds:.0f} s, {cost.megabytes:.0f} MB")


if __name__ == "__main__":
    main()
