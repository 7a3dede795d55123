"""What files of records cost beside the library on a list of texts: ratios of pages a second, and memory.

    python tests/bench/formats.py [--pages 3000] [--times 3] [--large GIGABYTES]

Made-up pages are written as one JSON Lines and one Parquet file. `batch` does both passes, or one
(--no-cross-document); the library does the same on a list of texts: one pass is `strip`, both count the lines of each
group first. What it takes to start, and to meet each rule for the first time, is the same for a file of any size: it is
taken off as the time for an eighth of the pages. All take turns, and ratios are those of the same turn, of which the
middle one is given: what else the machine does meets all alike. Processor time counts: it tells the same on a machine
that others use too; the clock tells what two jobs are worth, on a quiet one. Two processes of the library side by side
tell the most that they can be worth: cores share caches and memory, and few machines do twice as much with two.
With --large, files of so many gigabytes are made of the pages, with other hosts each time, and the most memory that the
main process and each worker had is given. Ten gigabytes take an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pages import make_pages

STRIPPER = Path(sys.executable).parent / "stripper"
ONE_PASS = """
import json, sys, stripper
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
for text in texts:
    stripper.strip(text)
"""
BOTH_PASSES = """
import json, sys, stripper
from collections import Counter, defaultdict
from stripper.engine.statistics import Statistics, document_keys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
pages = [(row["url"].split("/")[2], row["text"]) for row in rows]
orthography = stripper.load_rules(examples=False).orthography
groups = defaultdict(Statistics)
for host, text in pages:
    groups[host].add(document_keys(stripper.Document(text), orthography))
for group in groups.values():
    group.counts = Counter({line: count for line, count in group.counts.items() if count > 2})
for host, text in pages:
    stripper.strip(text, statistics=groups[host], site=host)
"""


SIDE_BY_SIDE = ", side by side"


class Cost(NamedTuple):
    seconds: float
    processor: float

    def beyond(self, start: Cost) -> Cost:
        return Cost(self.seconds - start.seconds, self.processor - start.processor)


def measure(*command: str | Path, copies: int = 1) -> Cost:
    """What a command costs, or of several side by side, each of them."""
    start, processor = time.perf_counter(), 0.0
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(copies)]
    for process in started:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        processor += used.ru_utime + used.ru_stime
    return Cost((time.perf_counter() - start) / copies, processor / copies)


def costs(times: int, commands: dict[str, list[str | Path]], folder: Path) -> dict[str, list[Cost]]:
    """Of each command, which ends with the name of its input, what the pages beyond the first eighth cost each time."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            copies = 2 if name.endswith(SIDE_BY_SIDE) else 1
            some, all = (
                measure(*command[:-1], folder / f"{part}{command[-1]}", copies=copies) for part in ("some", "all")
            )
            found[name].append(all.beyond(some))
    return found


def write_pages(folder: Path, count: int, name: str) -> None:
    rows = [
        {"id": at, "url": f"https://site{at // 20}.example/{at}", "text": text}
        for at, text in enumerate(make_pages(count))
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def write_large(folder: Path, gigabytes: float) -> Iterator[Path]:
    """Files of so many bytes of JSON Lines, and of the same pages as Parquet."""
    lines = (folder / "all.jsonl").read_bytes().splitlines(keepends=True)
    table = pq.read_table(folder / "all.parquet")
    urls = table.column("url").to_pylist()
    size = round = 0
    large = folder / "large.jsonl"
    with large.open("wb") as file, pq.ParquetWriter(folder / "large.parquet", table.schema) as writer:
        while size < gigabytes * 1e9:
            for line in lines:
                size += file.write(line.replace(b"https://site", b"https://r%d-site" % round, 1))
            others = pa.array([url.replace("https://site", f"https://r{round}-site") for url in urls])
            writer.write_table(table.set_column(table.schema.get_field_index("url"), "url", others))
            round += 1
    yield from (large, large.with_suffix(".parquet"))


def memory(*command: str | Path) -> tuple[float, int, list[int]]:
    """Seconds, and the most megabytes that the process had, and each of its workers, as far as Linux tells."""
    start, most = time.perf_counter(), dict[int, int]()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for pid in [process.pid, *(map(int, children.read_text().split()) if children.exists() else ())]:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                most[pid] = int(status.partition("VmHWM:")[2].split()[0]) // 1024
            except (OSError, IndexError):  # it has just ended
                continue
        time.sleep(0.2)
    assert process.returncode == 0, command
    return time.perf_counter() - start, most.pop(process.pid), sorted(most.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--large", type=float, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, given.pages, "all")
        write_pages(folder, given.pages // 8, "some")
        if given.large:
            for path in write_large(folder, given.large):
                seconds, main, workers = memory(STRIPPER, "batch", path, "-o", folder / "out", "-j", "2")
                size = f"{path.stat().st_size / 1e9:.1f} GB of {path.suffix}"
                print(f"{size}: {seconds:.0f} s, {main} MB, workers {workers}")
            return
        commands: dict[str, list[str | Path]] = {
            "library, one pass": [sys.executable, "-c", ONE_PASS, ".jsonl"],
            "library, both passes": [sys.executable, "-c", BOTH_PASSES, ".jsonl"],
        }
        commands |= {f"{name}{SIDE_BY_SIDE}": command for name, command in commands.items()}
        for suffix in ("jsonl", "parquet"):
            for jobs in ("1", "2"):
                for passes, option in (("one pass", "--no-cross-document"), ("both passes", "--cross-document")):
                    command = [STRIPPER, "batch", "-o", folder / "out", "-j", jobs, option, f".{suffix}"]
                    commands[f"{suffix}, {jobs} jobs, {passes}"] = command
        found = costs(given.times, commands, folder)
        pages = given.pages - given.pages // 8
        for name, own in found.items():
            passes = name.removesuffix(SIDE_BY_SIDE).rpartition(", ")[2]
            same, one = found[f"library, {passes}"], found["library, one pass"]
            print(
                f"{name}: {pages / median(each.processor for each in own):.0f} pages a second of processor time, "
                f"x {ratio(same, own, 1):.2f} of the library, x {ratio(one, own, 1):.2f} of its one pass; "
                f"by the clock x {ratio(same, own, 0):.2f}"
            )


def ratio(one: list[Cost], other: list[Cost], kind: int) -> float:
    return median(each[kind] / its[kind] for each, its in zip(one, other, strict=True))


if __name__ == "__main__":
    main()
