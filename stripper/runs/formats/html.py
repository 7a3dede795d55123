"""HTML: the visible text of a page, each block on a line of its own, and what its tags say of the lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import chain
from typing import Any, NamedTuple

from ...errors import InputError
from ...extras import load
from ...model import LineMark
from .pages import whole
from .records import Piece, Record, RecordFormat
from .streams import Steady


class Html(RecordFormat):
    """A page of HTML. It is read, not written."""

    unit = "page"

    def pieces(self, stream: Steady) -> Iterator[Piece]:
        return whole(stream)

    def records(self, piece: Piece) -> Sequence[Record]:
        try:
            page = read_html(piece.data, self.encoding)
        except InputError as error:
            return [Record(1, problem=str(error), rest=piece.data)]
        return [Record(1, page.text, page.url, rest=page, marks=page.marks)]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        return [
            {"file": self.name, "url": record.rest.url, "date": record.rest.date, self.columns.text: record.text}
            for record in records
        ]


class HtmlPage(NamedTuple):
    """What a page of HTML says: its visible text, its own address and date where it tells them."""

    text: str
    marks: tuple[LineMark, ...]
    url: str | None
    date: str | None


LONGEST_HTML = 16_000_000  # bytes; the tree of a page takes up to a hundred times as much memory
# Items are indented by their depth, so that lists within lists without end would become text without end.
_DEEP = " ".join([":is(ul, ol)"] * 20)
_LIST = re.compile(r"<(/?)(?:ul|ol)\b", re.I)
# A parser opens each of these again in every paragraph until it is closed, so that a small page could take all memory.
_FORMATTING = re.compile(
    r"<(/?)(?=[bcefinstu])(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.I
)
_START = re.compile(
    r"<(/?)([a-z][^\s/>]*+)((?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?+)*+)", re.I
)
_ATTRIBUTE = re.compile(r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?+")
# What is closed by what follows, or has no end.
_ENDS_ITSELF = {
    "a", "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p",
    "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
}  # fmt: skip
CHECKED = 200_000  # characters; what is shorter is parsed in a few seconds whatever it holds
MOST_STEPS = 3_000_000_000  # some six seconds
# A link without words is written without its end, and all that follows would be its words.
_EMPTY_LINK = re.compile(r"<a(?=[\s>])[^<>]{0,2000}></a\s*>", re.I)
# Links that lead to the place that they stand in, such as of a heading, lead nowhere else.
_NAMED = r"(?=[^<>]{0,500}?\sid=[\"']?(?P<place>[^\"'\s<>]{1,200}))"
_TO_ITSELF = re.compile(
    rf"(<(?=[a-z])(?!a\s){_NAMED}[^<>]{{0,500}}>(?:[^<>]{{0,200}}<[a-z/][^<>]{{0,200}}>){{0,2}}[^<>]{{0,200}}"
    r"<a\s(?:[^<>]{0,200}?\s)??href=[\"']?)#(?P=place)(?=[\"'\s>])",
    re.I,
)
WHOLE_TO_BROKEN = 4  # bytes in whole characters of UTF-8 beyond the first of each, to bytes in broken ones
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]+)", re.I)


def read_html(data: bytes, encoding: str | None = None, told: str | None = None) -> HtmlPage:
    """The visible text of a page. `encoding` is what the user says, `told` what a server does.

    Raises InputError for what is too large or too tangled to be a page.
    """
    if len(data) > LONGEST_HTML:
        raise InputError(f"is longer than {LONGEST_HTML // 1_000_000} MB of HTML, and no page")
    html = _FORMATTING.sub(_as_span, decoded(data, encoding, told))
    html = _TO_ITSELF.sub(r"\1", _EMPTY_LINK.sub("", html))
    if len(html) > CHECKED and _steps(html) > MOST_STEPS:
        raise InputError("is tangled: more elements in each other, or attributes of one, than a page has")
    parse = load("resiliparse.parse.html", "html").HTMLTree.parse
    tree = parse(html)
    if tree.document.query_selector(_DEEP) is not None:
        tree = parse(_LIST.sub(r"<\1div", html))
    extract = load("resiliparse.extract.html2text", "html").extract_plain_text
    return HtmlPage(
        *flatten(extract(tree, preserve_formatting="minimal_html", links=True, alt_texts=False)),
        _attribute(tree, 'link[rel="canonical"]', "href"),
        _attribute(tree, 'meta[property="article:published_time"]', "content"),
    )


def decoded(data: bytes, encoding: str | None, told: str | None) -> str:
    """A page as text; `encoding` is what the user says, `told` what a server does.

    A byte order mark comes first, then `encoding`, then what the bytes are: servers and pages often tell of UTF-8 that
    it is Latin-1, and one byte that was cut off or pasted in makes it none.
    """
    encodings = load("resiliparse.parse.encoding", "html")
    if encoding is None:
        text = data.decode("utf-8", "replace")
        if len(data) - len(text) > WHOLE_TO_BROKEN * text.count("\ufffd"):
            return text.removeprefix("\ufeff")
        told = told or _declared(data)
    said = encoding or told
    known = encodings.map_encoding_to_html5(said) if said else None
    found: str = encodings.bytes_to_str(data, known or encodings.detect_encoding(data, html5_compatible=True))
    return found


def _declared(data: bytes) -> str | None:
    """The encoding that a page names within itself; it is none in which one could not read that."""
    found = _CHARSET.search(data, 0, 4096)
    name = found[1].decode("ascii").lower() if found else None
    return name if name is None or not name.startswith("utf-16") else "utf-8"


def _as_span(tag: re.Match[str]) -> str:
    return "</span" if tag[1] else "<span"


def _steps(html: str) -> int:
    """A bound for what a parser compares: each tag with those that are open, each attribute with those before it."""
    steps = depth = 0
    opened: Counter[str] = Counter()
    for tag in _START.finditer(html):
        closes, name, attributes = tag.groups()
        if closes:
            name = name.lower()
            if opened[name]:
                opened[name] -= 1
                depth -= 1
        elif (name := name.lower()) not in _ENDS_ITSELF:
            opened[name] += 1
            depth += 1
        steps += depth
        if len(attributes) > 10_000:
            steps += len(_ATTRIBUTE.findall(attributes)) ** 2 // 2
    return steps


def _attribute(tree: Any, selector: str, name: str) -> str | None:
    found = tree.document.query_selector(selector)
    return (found.getattr(name) or None) if found is not None else None


_TAG = re.compile(r"<(/?)(h[1-6]|ul|ol|li|p|pre|a|br)(?: [^<>]*)?>")


def flatten(html: str) -> tuple[str, tuple[LineMark, ...]]:
    """Text of HTML that has the tags of headings, paragraphs, lists, code and links alone, and what they tell of it.

    >>> flatten('<h1>News</h1>\\n<ul>\\n  <li><a href="/sea">Sea</a></li>\\n</ul>')[0]
    'News\\nSea'
    """
    lines: list[str] = []
    marks: list[LineMark] = []
    heading = depth = block = 0
    link = code = item = False
    for raw in html.split("\n"):
        mark = LineMark(len(lines))
        words: list[str] = []
        linked = at = 0
        for tag in chain(_TAG.finditer(raw), [None]):
            text = unescape(raw[at : tag.start()] if tag else raw[at:])
            words.append(text)
            if text and not text.isspace():
                linked += link * _size(text)
                if heading:
                    mark = mark._replace(kind="heading", level=heading)
                elif code:
                    mark = mark._replace(kind="code", block=block)
                elif item:
                    mark, item = mark._replace(kind="item", level=depth, block=block), False
            if tag is None:
                break
            name, opens, at = tag[2], not tag[1], tag.end()
            if name == "a":
                link = opens and 'href=""' not in tag[0]  # an anchor leads nowhere
            elif name[0] == "h":
                heading = int(name[1]) if opens else 0
            elif name in ("ul", "ol"):
                block += opens and not depth
                depth = max(0, depth + (1 if opens else -1))
            elif name == "li":
                item = opens
            elif name == "pre":
                block, code = block + opens, opens
        line = "".join(words)
        size = _size(line)
        if mark.kind != "code":
            line = "  " * (depth - 1) * (size > 0) + line.strip()
        if not size and (at or not lines or not lines[-1]):
            continue
        lines.append(line.rstrip())
        if size and (mark.kind or linked):
            marks.append(mark._replace(links=linked / size))
    return "\n".join(lines).rstrip("\n"), tuple(marks)


def _size(text: str) -> int:
    """Characters without white space."""
    return len(text) - sum(map(str.isspace, text)) if text else 0
