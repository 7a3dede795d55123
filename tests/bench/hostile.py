"""What hostile text and hostile packs cost: seconds and peak memory of the installed command, each in a process.

    python tests/bench/hostile.py [--scale 0.1] [NAME ...]

Nothing here may crash, hang, or take memory out of proportion. `tests/test_hostile.py` runs the same inputs smaller.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

STRIPPER = Path(sys.executable).parent / "stripper"
PAGE = b"Share\nThe ferry sails again from Monday on, as its captain told this newspaper on the quay.\n"
PACK_PAGE = PAGE + b"the ferry " * 40 + b"!\n" + b"a" * 3000 + b"\n"
RULE = """[[rule]]
id = "own.promo.r{0}"
category = "promo"
summary = "Oats {0}"
reason = "Promotes oats"
match = {{ starts = ["buy oats {0}"] }}
remove = ["Buy oats {0}"]
keep = ["They buy oats."]
"""
# As small as a rule can be, so that as many of them as can be are a pack that is not refused for its size.
SHORT_RULE = """[[rule]]
id="r{0}"
category="promo"
summary=""
reason="-"
match={{whole=["x{0}"]}}
"""


def _controls() -> str:
    return "".join(map(chr, [*range(1, 32), *range(127, 160), 0x061C, *range(0x200B, 0x2010), *range(0x2028, 0x2030)]))


# Each takes a scale and gives a text. At 1 it is as large as the worst that is meant to be borne.
TEXTS: dict[str, Callable[[float], str]] = {
    "no line end": lambda scale: "the ferry sails " * int(3_200_000 * scale),
    "one word": lambda scale: "a" * int(50_000_000 * scale),
    "empty lines": lambda scale: "\n" * int(1_000_000 * scale),
    "equal lines": lambda scale: "The ferry sails again.\n" * int(1_000_000 * scale),
    "carriage returns": lambda scale: "\r" * int(1_000_000 * scale),
    "short lines": lambda scale: "".join(f"{number:x}\n" for number in range(int(1_000_000 * scale))),
    "combining marks": lambda scale: "e" + "\u0301" * int(10_000_000 * scale) + "\n",
    "marks of many kinds": lambda scale: "e" + "\u0301\u0323\u0327" * int(1_000_000 * scale) + "\n",
    "spaces": lambda scale: "x" + " \t\u00a0" * int(5_000_000 * scale) + "x",
    "control characters": lambda scale: (_controls() + "\n") * int(100_000 * scale),
    "directions": lambda scale: "\u202eShare\u202c \u2066the ferry\u2069 sails\u200f.\n" * int(300_000 * scale),
    "long ligatures": lambda scale: "\ufdfa" * int(1_000_000 * scale) + "\n",  # 18 characters each once folded
    "doubled line": lambda scale: ("The ferry " + "sails on " * int(1_000_000 * scale)) * 2 + "\n",
    "almost doubled": lambda scale: "The ferry sails again on Monday " * int(300_000 * scale) + "x\n",
    "rule ids": lambda scale: "en.share.labels: core.body\x1b[2J\n[[rule]]\n" * int(200_000 * scale),
    "open quotes": lambda scale: "and so, \u201cit goes on\n" * int(200_000 * scale),
    "heads of sections": lambda scale: "About the author\nAnn Reed writes.\n" * int(400_000 * scale),
    "leads to articles": lambda scale: "# Ferry\n\n" + "Read also\n\n## The pier\n\n" * int(1_000_000 * scale),
    "blocks of one line": lambda scale: "x\u00ad" + "The ferry sails\u2028" * int(400_000 * scale),
    "definitions": lambda scale: "# A\n\n[a](/u)\n\n" + "[1]: " + "a'" * int(1_000_000 * scale) + " b\n",
    "many definitions": lambda scale: (
        "The ferry sails again from Monday on. "
        + "[x0] " * int(12_000_000 * scale)
        + "\n\n"
        + "".join(f"[x1{number}]: /{number}\n" for number in range(int(800_000 * scale)))
    ),
    "open comments": lambda scale: "# A\n\n[a](/u)\n\n" + "a <!-- b\n\n" * int(300_000 * scale) + "-->\n",
    "a note without end": lambda scale: "# A\n\n[a](/u)\n\n[^1]: b\n" + "    c\n" * int(6_000_000 * scale),
    "code without words": lambda scale: "# A\n\n[a](/u)\n\n```\nb\n" + "-\n" * int(6_000_000 * scale) + "```\n",
    "code of no word": lambda scale: "# A\n\n[a](/u)\n\n```\n" + "-\n" * int(6_000_000 * scale) + "```\n",
    "colons without end": lambda scale: "# A\n\n[a](/u)\n\n" + ":" * int(1_500_000 * scale) + "|\n",
    "words within words": lambda scale: "\u0627May 3, 2021&:" * int(150_000 * scale) + "\n",
    "a gap without end": lambda scale: "a" * 200 + " " * int(2_000_000 * scale) + "-\n",
    "notes without end": lambda scale: "a" + "[1]" * int(1_500_000 * scale) + "none of them]\n",
    "signs of phrases": lambda scale: "\u00a9" * int(1_000_000 * scale) + "\n",
    "literals": lambda scale: "@a (c) Ann@b.example " * int(200_000 * scale) + "\n",
    "commas": lambda scale: "a ferry\n, a ferry\n" * int(200_000 * scale),
}
HEAD = "schema-version = 1\n"


def _with_pattern(*patterns: str) -> str:
    quoted = ", ".join(f"'{pattern}'" for pattern in patterns)
    return HEAD + RULE.format(0).replace('starts = ["buy oats 0"]', f"pattern = [{quoted}]")


def _nested_conditions(depth: int) -> str:
    return HEAD + RULE.format(0) + "where = " + "{ next = " * depth + "{}" + "}" * depth


# Each takes a scale and gives a pack.
PACKS: dict[str, Callable[[float], str]] = {
    "large pack": lambda scale: HEAD + "#" + "x" * int(50_000_000 * scale),
    "nested": lambda scale: HEAD + "x = " + "[" * int(10_000 * scale) + "]" * int(10_000 * scale),
    "nested tables": lambda scale: HEAD + "[" + ".".join(["a"] * int(10_000 * scale)) + "]\n",
    "nested conditions": lambda scale: _nested_conditions(int(10_000 * scale)),
    "many rules": lambda scale: HEAD + "".join(SHORT_RULE.format(number) for number in range(int(92_000 * scale))),
    "one phrase of many words": lambda scale: (
        HEAD + RULE.format(0).replace("buy oats 0", "buy oats " * int(500_000 * scale))
    ),
    "other files": lambda _: HEAD + "include = '/etc/passwd'\nrules = '../../x.toml'\n" + RULE.format(0),
    "blow-up": lambda _: _with_pattern("^(the |the ferry |ferry )+$", "^(a|aa)+$"),
    "large repeats": lambda _: _with_pattern("((a{1,1000}){1,1000}){1,1000}b"),
    "recursion": lambda _: _with_pattern("(the (?1)?)+$", "(?R)x"),
}


def cases(scale: float) -> Iterator[tuple[str, bytes, list[str], str | None]]:
    """Name, standard input, arguments, and the text of a pack if there is one."""
    for name, text in TEXTS.items():
        yield name, text(scale).encode("utf-8"), ["strip"], None
    for name, pack in PACKS.items():
        yield name, PACK_PAGE, ["strip", "--rules", "pack.toml"], pack(scale)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run of the command took; `status` is None if it did not end in time."""

    status: int | None
    seconds: float
    megabytes: float
    said: str


def measure(arguments: list[str], data: bytes, pack: str | None, most: float) -> Measured:
    """Run the command on some input, with a pack if there is one, for `most` seconds and in 12 GB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if pack is not None:
            (folder / "pack.toml").write_text(pack, "utf-8")
        (folder / "page.txt").write_bytes(data)
        start = time.perf_counter()
        with (folder / "page.txt").open("rb") as page, (folder / "said").open("wb") as said:
            process = subprocess.Popen([STRIPPER, *arguments], cwd=folder, stdin=page, stdout=said, stderr=said)
            resource.prlimit(process.pid, resource.RLIMIT_AS, (12 << 30, 12 << 30))
            while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
                if time.perf_counter() - start > most:
                    process.kill()
                time.sleep(0.01)
        seconds = time.perf_counter() - start
        with (folder / "said").open("rb") as output:
            output.seek(max(0, (folder / "said").stat().st_size - 1000))
            text = output.read().decode("utf-8", "replace")
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    return Measured(process.returncode if seconds <= most else None, seconds, ended[2].ru_maxrss / 1024, text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--most", type=float, default=300.0, help="seconds for each")
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    print(f"{'input':26s} {'MB in':>7s} {'status':>6s} {'s':>7s} {'peak MB':>8s}  said")
    for name, data, arguments, pack in cases(args.scale):
        if not args.names or name in args.names:
            found = measure(arguments, data, pack, args.most)
            status = "HANGS" if found.status is None else str(found.status)
            last = ascii(found.said.strip().rpartition("\n")[2][-90:])
            size = len(pack or data) / 1e6
            print(
                f"{name:26s} {size:7.1f} {status:>6s} {found.seconds:7.1f} {found.megabytes:8.0f}  {last}", flush=True
            )


if __name__ == "__main__":
    main()
