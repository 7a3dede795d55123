"""What a reader sees of Markdown within lines: links as their text, no emphasis, no tags; and where that stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# Put into visible text and taken out again: where a link begins and ends, where an image was, what was escaped and so
# is no mark, and a line feed within a link or a comment. Each is one character that no text needs.
OPEN, CLOSE, IMAGE, ESCAPED, BREAK = "\x02\x03\x05\x06\x1d"
SIGNS = re.compile(f"[{OPEN}{CLOSE}{IMAGE}{ESCAPED}{BREAK}]")

# A line feed that no blank line follows; text in brackets, which may hold brackets; an address, which may hold
# parentheses, a title, and a line feed where it was broken at a column.
_FEED = r"\n(?![ \t]*\n)"
_TEXT = rf"(?:[^\[\]\\\n]|\\(?:.|\n)|{_FEED}|\[(?:[^\[\]\n]|{_FEED})*+\])*+"
_ADDRESS = rf'\((?:[^()"\n]++|"[^"\n]*+"|"|{_FEED}|\([^()\n]*+\))*+\)'
# What pandoc writes behind a link, a span, an image or code: {#id .class key="value"}.
_ATTRIBUTES = rf"(?:[.#=][\w-]|[\w-]+=)(?:[^{{}}\n]|{_FEED})*+\}}"
# The rest of a tag that is broken over lines: only what has a value is one, "a <b and b> c" is none.
_BROKEN_TAG = rf"""(?=[^<>]*=")[\w:-]*+(?:(?:[ \t]|{_FEED})+[\w:-]+(?:="(?:[^"<>\n]|{_FEED})*")?)*+[ \t]*/?"""
_IMAGES = re.compile(rf"!\[(?:[^\[\]\n]|{_FEED}|\[[^\[\]\n]*+\])*+\](?:{_ADDRESS}|\[[^\[\]\n]*+\])")
# Each alternative begins with a character, so that all others are passed over at the speed of C.
_INLINE = re.compile(
    rf"""
      \\(?P<escaped>[!-/:-@\[-`{{-~])
    | (?<!`)`(?P<ticks>`*+)(?P<code>[^`\n]++)(?P=ticks)`(?!`)
    | \[\^[^\[\]\s]{{1,80}}+\](?!:)                               # a footnote's number
    | \[(?P<text>{_TEXT})\](?:{_ADDRESS}|\[(?P<label>[^\[\]\n]*+)\]|(?P<span>\{{{_ATTRIBUTES}))
    | \{{(?P<attributes>(?<=[\])`^{IMAGE}{BREAK}]\{{){_ATTRIBUTES}|(?<=[ ]\{{)[.#]\w[^{{}}\n]*\}}[ \t]*$)
    | \[\[(?:[^\[\]|\n]*+\|)?(?P<page>[^\[\]|\n]++)\]\]          # [[Page]], [[Page|text]]
    | <(?P<address>(?:https?://|mailto:)[^<>\s]++)>
    | <(?P<tag>/?[A-Za-z](?:[^<>\n]*+|{_BROKEN_TAG}))>
    | &(?P<entity>(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][0-9A-Za-z]{{1,30}});)
    | \*(?:(?<!\w\*)[*_]*+(?=\S) | (?<=\S\*)[*_]*+(?!\w))         # emphasis
    | _(?:(?<!\w_)[*_]*+(?=\S) | (?<=\S_)[*_]*+(?!\w) | (?<=\ _)_++(?!\w))
    | ~~
    | ⟨\d{{1,4}}⟩                                                   # the number of an address below the text
    | \^(?:(?=[\[(]) | (?<=[\])}}]\^))                              # what is raised: ^[1](#note)^
    """,
    re.VERBOSE | re.MULTILINE,
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MARKS = re.compile(r"[\\`\[<&*_~{^⟨]")  # a text without any of these is as a reader sees it


def visible(text: str) -> str:
    """A text (of any number of lines) as a reader sees it, with the signs above.

    It has as many line feeds and BREAKs as the text has line feeds.
    """
    if SIGNS.search(text):
        text = SIGNS.sub(" ", text)
    if "<!--" in text:
        text = _without_comments(text)
    if "![" in text:
        text = _IMAGES.sub(_image, text)
    return _INLINE.sub(_shown, text) if _MARKS.search(text) else text


def _without_comments(text: str) -> str:
    """A text without its comments. One that begins amid a line ends before a blank line, or is none."""
    pieces, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        # One that another begins in was never closed; and what opens an empty one closes it: <!-->.
        start = text.rfind("<!--", start, max(end, start + len("<!--")))
        begins_line = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>")
        after = end + len("-->")
        if begins_line or _BLANK_LINE.search(text, start, end) is None:
            pieces += [text[at:start], BREAK * text.count("\n", start, end)]
        else:
            pieces.append(text[at:after])
        at = after
    return "".join([*pieces, text[at:]])


def _feeds(text: str) -> int:
    """How many line feeds a text has, or had."""
    return text.count("\n") + text.count(BREAK)


def _image(found: re.Match[str]) -> str:
    return IMAGE + BREAK * _feeds(found[0])


def _shown(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind is None:
        return ""
    if kind in ("text", "label", "span"):
        inner: str = found["text"]
        feeds = _feeds(found[0])
        if feeds:
            inner = inner.replace("\\\n", " ").replace("\n", " ").replace(BREAK, "")
        if _MARKS.search(inner):
            inner = _INLINE.sub(_shown, inner)
        return (inner if kind == "span" else OPEN + inner + CLOSE) + BREAK * feeds
    if kind == "escaped":
        return ESCAPED + found[kind]
    if kind in ("tag", "attributes"):
        return " " * (kind == "tag") + BREAK * _feeds(found[0])
    if kind == "entity":
        return unescape(found[0]).replace("\n", " ")
    if kind == "page":
        return OPEN + found[kind].replace(BREAK, "") + CLOSE + BREAK * _feeds(found[0])
    return OPEN + found[kind] + CLOSE if kind == "address" else found[kind]


def find_span(line: str, text: str, left: int, right: int) -> tuple[int, int] | None:
    """Where a part of the visible text of a line stands in it, with the marks around it if these go with it.

    None if no span of the line leaves, once it is cut out, just the rest of the text: it would tear a mark in two.
    """
    shown = list(_positions(line, 0))
    first = "".join([char for char, _ in shown]).find(text)
    if first < 0:
        return None
    at = [-1, *[position for _, position in shown], len(line)][first : first + len(text) + 2]
    whole = SIGNS.sub("", visible(line))
    head = whole.find(text)
    rest = whole[: head + left] + whole[head + right :]
    marks = _LINK_ADDRESS.sub(lambda address: " " * len(address[0]), line)  # those of an address are no emphasis
    tight, wide = (at[left + 1], at[right] + 1), (at[left] + 1, at[right + 1])
    for start, end in (tight, wide, (tight[0], wide[1]), (wide[0], tight[1])):
        paired = len(_EMPHASIS.findall(marks, start, end)) % 2 == 0
        if paired and SIGNS.sub("", visible(line[:start] + line[end:])) == rest:
            return start, end
    return None


_EMPHASIS = re.compile(r"\*+|_+|`+|~~")
_LINK_ADDRESS = re.compile(rf"(?<=\]){_ADDRESS}")


def _positions(line: str, start: int) -> Iterator[tuple[str, int]]:
    """The characters of a line that a reader sees, with their positions, counted from `start`.

    Those of an entity are left out.
    """
    at = 0
    for found in _INLINE.finditer(_IMAGES.sub(lambda image: "\\" * len(image[0]), line)):
        yield from [(line[position], start + position) for position in range(at, found.start())]
        kind, at = found.lastgroup, found.end()
        if kind in ("text", "label", "span"):
            yield from _positions(found["text"], start + found.start("text"))
        elif kind not in (None, "tag", "attributes", "entity"):
            yield from [(line[position], start + position) for position in range(*found.span(kind))]
    yield from [(line[position], start + position) for position in range(at, len(line))]
