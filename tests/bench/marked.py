"""How marked pages come out: those of `samples/marked/`, which were learned from, and those of `samples/held-out/`.

    python tests/bench/marked.py [FOLDER ...] [-v]

A file NAME.page heads each line of a page with a mark of what must become of it: `=` the title, `+` a line that stays,
`-` one that goes, `?` one that may do either. Prints, for each folder, how many pages come out right, how many lines
are lost and left, precision and recall of words as means of pages, and how many titles are found and kept; with -v the
wrong lines, too.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import stripper
from stripper.model import Outcome

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LEARNED, HELD_OUT = SAMPLES / "marked", SAMPLES / "held-out"
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+")


class Wrong(NamedTuple):
    line: int  # from 1
    fate: str  # "lost" or "left"
    rule: str
    text: str


def read_marked(folder: Path = LEARNED) -> list[dict[str, Any]]:
    """Pages as the benchmark has them; `marks` has a mark for each line of `text`, and `title` is one of its lines."""
    pages = []
    for file in sorted(folder.glob("*.page")):
        marked = file.read_text("utf-8").splitlines()
        lines = [line[1:] for line in marked]
        page = {"id": file.stem, "site": file.stem, "marks": "".join(line[0] for line in marked)}
        page["title"] = next((line[1:] for line in marked if line[0] == "="), "")
        page["gold"] = "\n".join(line[1:] for line in marked if line[0] == "+")
        pages.append(page | {"text": "".join(f"{line}\n" for line in lines)})
    return pages


def wrong_lines(page: dict[str, Any], outcome: Outcome) -> Iterator[Wrong]:
    """The lines that stay and should not have, or the other way round."""
    decisions = defaultdict(list)
    for each in outcome.decisions:
        decisions[each.line].append(each)
    for number, (mark, text) in enumerate(zip(page["marks"], page["text"].splitlines(), strict=True), 1):
        said = decisions[number]
        gone = bool(said) and all(each.action == "remove" for each in said)
        if text.strip() and ((mark in "=+" and gone) or (mark == "-" and not gone)):
            yield Wrong(number, "lost" if gone else "left", said[0].rule if said else "", text)


def _words(texts: Iterable[str]) -> int:
    return sum(len(_WORD.findall(text)) for text in texts)


def show(folder: Path, verbose: bool) -> None:
    pages = read_marked(folder)
    count: Counter[str] = Counter()
    precisions, recalls = [], []
    for page in pages:
        outcome = stripper.strip(page["text"])
        wrong = list(wrong_lines(page, outcome))
        lost, left = (_words(each.text for each in wrong if each.fate == fate) for fate in ("lost", "left"))
        kept = _words((page["gold"], page["title"])) - lost
        precisions.append(kept / max(1, kept + left))
        recalls.append(kept / max(1, kept + lost))
        title = page["marks"].find("=") + 1
        found = next((each.line for each in outcome.decisions if each.category == "title"), 0)
        count.update(each.fate for each in wrong)
        count.update({"right": not wrong, "titles": title > 0})
        count.update({"found": title > 0 and found == title, "other": found not in (0, title)})
        count.update({"kept": title > 0 and all(each.line != title for each in wrong)})
        if verbose and wrong:
            print(page["id"], *[f"  {each.line} {each.fate} {each.rule}: {each.text[:90]}" for each in wrong], sep="\n")
    precision, recall = sum(precisions) / len(pages), sum(recalls) / len(pages)
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"{folder.name}: {count['right']} of {len(pages)} pages right, {count['lost']} lines lost, "
        f"{count['left']} left, P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; "
        f"of {count['titles']} titles {count['found']} found, {count['kept']} kept, {count['other']} other lines taken"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[LEARNED, HELD_OUT])
    parser.add_argument("-v", "--verbose", action="store_true", help="name the wrong lines")
    args = parser.parse_args()
    for folder in args.folders:
        show(folder, args.verbose)


if __name__ == "__main__":
    main()
