"""How much is lost of documents that were written as text, and so have nothing around them: what is lost is a mistake.

    python tests/bench/written.py [--most 400]

Reads what the machine has: the descriptions of installed Python packages, files of Markdown and of reStructuredText
beside them, and what the system's packages say of themselves in /usr/share/doc. Prints, for each kind, the share of the
words that goes, and the rules that take most of them. Comments of Markdown and blank lines, which nobody reads, and
front matter do not count.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

import stripper

UNREAD = ("layout", "metadata")  # categories
SIZES = range(400, 200_000)  # characters


def documents() -> Iterator[tuple[str, str]]:
    """The kind and the text of each document, none twice."""
    seen: set[str] = set()
    for root in (Path(sysconfig.get_path("purelib")), Path("/usr/share/doc")):
        for path in sorted(root.rglob("*")):
            kind = kind_of(path)
            try:
                text = read(path) if kind else ""
            except (OSError, UnicodeDecodeError, EOFError):
                continue
            if path.name == "METADATA":
                message = HeaderParser().parsestr(text)
                kind = "Markdown" if "markdown" in (message["Description-Content-Type"] or "") else kind
                text = message.get_payload()
            if len(text) in SIZES and text not in seen:
                seen.add(text)
                yield kind, text


def kind_of(path: Path) -> str:
    if path.suffix == ".md":
        return "Markdown"
    if path.suffix == ".rst" or path.name == "METADATA":
        return "reStructuredText"
    plain = path.suffix in ("", ".txt", ".gz") and path.name.lower().startswith(("readme", "changelog", "news", "copy"))
    return "plain" if plain else ""


def read(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=400, help="documents of each kind")
    most = parser.parse_args().most
    kinds: dict[str, list[str]] = {}
    for kind, text in documents():
        kinds.setdefault(kind, []).append(text)
    for kind, texts in sorted(kinds.items()):
        random.Random(1).shuffle(texts)
        lost: Counter[str] = Counter()
        words = 0
        for text in texts[:most]:
            outcome = stripper.strip(text)
            words += len(text.split())
            for each in outcome.removed:
                if each.category not in UNREAD and each.line:
                    lost[each.rule] += len(outcome.document.lines[each.line - 1].split())
        taken = ", ".join(f"{rule} {count}" for rule, count in lost.most_common(6))
        print(f"{kind}: {len(texts[:most])} documents, {words} words, {lost.total() / words:.2%} lost: {taken}")


if __name__ == "__main__":
    sys.exit(main())
