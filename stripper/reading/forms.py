"""In which form a text is: as it was written, wrapped at a column, or Markdown; and what a reader sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from ..errors import OptionError
from ..late_pattern import late_pattern
from ..model import LineMark
from . import blocks, plain, wrapped
from .blocks import front_matter, json_head
from .link_lists import link_list
from .orthography import Orthography
from .running_heads import running_heads
from .units import Aside, Kind, Units

Form = Literal["plain", "wrapped", "markdown", "html"]
FORMS: tuple[str, ...] = get_args(Form)[:-1]  # that a text can be in; of HTML it is the text with marks beside it
AUTO = "auto"  # find the form

# What is not broken at a column in Markdown: items of lists, headings, rows of tables, code.
_UNWRAPPED = late_pattern(r"[ \t]*(?:[-*+|#]|\d{1,9}[.)][ \t]|\S+$)|\t|    ")
_LINK = late_pattern(r"\[[^\[\]\n]{0,300}\]\(\s*<?(?:https?:|mailto:|[/#.]|[\w%-]+[./])")
_DEFINITION = late_pattern(r"^ {0,3}\[[^\[\]\n]{1,100}\]: <?(?:https?:|[/#.])", re.MULTILINE)
_STRONG = late_pattern(r"\*\*\w[^*\n]{0,200}\*\*")
_CODE = late_pattern(r"(?<![`\w])`[^`\n]{1,100}`(?![`\w])")
ENOUGH = 3  # signs of Markdown


def named_form(form: str, name: str) -> str:
    """The form of a file: Markdown if it is to be found and its name ends so."""
    return "markdown" if form == AUTO and name.lower().endswith(".md") else form


def check_form(form: str) -> None:
    """Raises OptionError for a form that is none of FORMS and not AUTO."""
    if form not in (AUTO, *FORMS):
        raise OptionError(f"unknown form {form!r}; there are {', '.join((AUTO, *FORMS))}")


def is_markdown(text: str, lines: Sequence[str], orthography: Orthography) -> bool:
    """Whether a text has marks enough that hardly any other text has; links and headings count most."""
    if blocks.reader_head(lines, orthography.reader_heads) or front_matter(lines):
        return True
    signs = 0
    if "[" in text and "](" in text:  # one character is looked for a hundred times as fast as two
        signs += ENOUGH * (_LINK.search(text) is not None)
    if "[" in text and "]: " in text:
        signs += ENOUGH * (_DEFINITION.search(text) is not None)
    if "#" in text and ("# " in text[:2] or "\n# " in text or "\n##" in text):
        headings = [at for at, line in enumerate(lines) if line[0] == "#" and _HEADING.match(line)]
        signs += ENOUGH if len(headings) >= ENOUGH and _are_outline(headings, lines) else min(2, len(headings))
    if "`" in text and "\n```" in text:
        signs += min(2, text.count("\n```"))
    if signs < ENOUGH and "*" in text and "**" in text:
        signs += min(2, len(_STRONG.findall(text)))
    if signs < ENOUGH and "`" in text:
        signs += min(2, len(_CODE.findall(text)))
    if signs < ENOUGH and "|" in text and "\n|" in text and "--" in text:
        signs += 2 * (_DELIMITERS.search(text) is not None)
    if signs < ENOUGH and (("!" in text and ("[!" in text or "!!! " in text)) or ("?" in text and "??? " in text)):
        signs += 2 * (_CALLOUT.search(text) is not None)
    return signs >= ENOUGH


def _are_outline(headings: Iterable[int], lines: Sequence[str]) -> bool:
    """Whether headings of several levels stand by themselves; comments of a script stand above what they are about."""
    ends = (-1, len(lines))
    apart = [at for at in headings if all(each in ends or lines[each].isspace() for each in (at - 1, at + 1))]
    return len({len(lines[at]) - len(lines[at].lstrip("#")) for at in apart}) > 1


_CALLOUT = late_pattern(r"^(?:> ?\[![\w-]+\]|(?:!!!|\?\?\?\+?) [a-z-]+(?: \"[^\"\n]*\")?$)", re.MULTILINE)
_HEADING = late_pattern(r"#{1,6}[ \t]+\S")
_DELIMITERS = late_pattern(r"^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$", re.MULTILINE)


def read_units(
    text: str, lines: Sequence[str], form: str, orthography: Orthography, marks: Iterable[LineMark] | None = None
) -> tuple[Form, Units]:
    """The form of a text, found unless it is given, and its units. `lines` are those of the text, with their endings.

    Raises OptionError for a form that is none of FORMS and not AUTO.
    """
    check_form(form)
    if marks is not None:
        whole = _whole(text, lines, "html", orthography)
        return "html", plain.read(text, lines, [], whole, orthography, {mark.number: mark for mark in marks})
    if form == "markdown" or (form == AUTO and is_markdown(text, lines, orthography)):
        joined = wrapped.find_continuations(lines, _UNWRAPPED)
        whole = _whole(text, lines, "markdown", orthography)
        from . import markdown  # loads slowly, and few pages need it

        return "markdown", markdown.read(lines, joined or [False] * len(lines), whole)
    heads, links = running_heads(lines, orthography), link_list(lines)
    if heads or links:
        lines = list(lines)
        for number in (*heads, *links):
            lines[number] = ""
    joined = wrapped.find_continuations(lines) if form != "plain" else []
    if (form == "wrapped" or links) and not joined:
        joined = wrapped.continuations(lines, max(map(wrapped.width, lines), default=0))
    found: Form = "wrapped" if joined else "plain"
    whole = _whole(text, lines, found, orthography)
    units = plain.read(text, lines, joined, whole, orthography)
    units.asides += [Aside("running-head", (number,)) for number in heads]
    units.asides += [Aside("empty", (number,)) for number in links]
    return found, units


def _whole(text: str, lines: Sequence[str], form: Form, orthography: Orthography) -> dict[int, tuple[Kind, int]]:
    """The kind and the number of the block of each line that is one with others: front matter, code, a formula."""
    spans: list[blocks.Span] = []
    if form == "markdown":
        if head := front_matter(lines) or json_head(lines) or blocks.reader_head(lines, orthography.reader_heads):
            spans.append((0, head, "metadata"))
        if "import " in text or "export " in text:
            spans += blocks.modules(lines, head)
        if "\n    " in text or "\n\t" in text:
            spans += blocks.indented(lines)
    else:
        if ":\n " in text or ("\r" in text and ":\r\n " in text):
            spans += blocks.settings(lines)
        if "\t" in text:
            spans += blocks.tabled(lines)
        spans += blocks.ruled(text, lines)
        spans += blocks.programmed(text, lines)
    if ("`" in text and "```" in text) or ("~" in text and "~~~" in text):
        spans += blocks.fenced(lines)
    if ("$" in text and "$$" in text) or ("\\" in text and "\\[" in text):
        spans += blocks.formulas(lines)
    found: dict[int, tuple[Kind, int]] = {}
    for number, (start, end, kind) in enumerate(sorted(spans), 1):
        for line in range(start, end):
            found.setdefault(line, (kind, number))
    return found
