"""Web archives, HTML, packed and Markdown pages."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path

import pytest
from backports import zstd
from conftest import Run

import stripper
from stripper.engine.cleaning import stretches
from stripper.model import Document
from stripper.runs.formats.html import read_html

PROSE = "The ferry sails again from Monday on, its captain says to all who wait.\n"
HTML = f"""<!DOCTYPE html><html><head><meta charset="windows-1252"><title>Ferry</title>
<link rel="canonical" href="https://harbour.example/ferry">
<meta property="article:published_time" content="2021-05-03"><script>let a = 1</script></head>
<body><ul><li><a href="/">Home</a></li><li>Share</li></ul><p>{PROSE}</p><p>Tariff: 5 \x80</p></body></html>"""
HTML_BYTES = HTML.encode("latin-1")


def record(kind: str, url: str, media: str, block: bytes) -> bytes:
    """A record as Common Crawl writes it, a gzip member of its own."""
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2021-05-03T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:4e1b1f4a-0000-4000-8000-{len(block):012d}>\r\n{target}"
        f"Content-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def answer(status: str, media: str, body: bytes, packed: bool = False) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n" + "Content-Encoding: gzip\r\n" * packed
    return head.encode() + b"\r\n" + (gzip.compress(body) if packed else body)


INFO = record("warcinfo", "", "application/warc-fields", b"software: a crawler\r\nformat: WARC File Format 1.0\r\n")
WET = [INFO] + [
    record(
        "conversion",
        f"https://h{at % 2}.example/{at}",
        "text/plain",
        f"Share\n{PROSE}On day {at} it rained.\n".encode(),
    )
    for at in range(4)
]
HTTP = "application/http; msgtype=response"
WARC = [
    INFO,
    record(
        "request",
        "https://a.example/1",
        "application/http; msgtype=request",
        b"GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n",
    ),
    record("response", "https://a.example/1", HTTP, answer("200 OK", "text/html", HTML_BYTES, packed=True)),
    record("response", "https://a.example/2", HTTP, answer("404 Not Found", "text/html", b"<p>Nothing here")),
    record("response", "https://a.example/3", HTTP, answer("200 OK", "image/png", b"\x89PNG")),
    record("response", "https://a.example/4", HTTP, answer("200 OK", "text/html; charset=utf-8", HTML.encode())),
    record("metadata", "https://a.example/4", "application/warc-fields", b"fetchTimeMs: 12\r\n\r\n"),
]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return [json.loads(line) for line in data.splitlines()]


def test_records_of_text_become_lines_with_address_and_date(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl/CC-MAIN-1.warc.wet.gz").write_bytes(b"".join(WET))
    run("batch", "crawl", "-o", "out")
    rows = rows_of(gzip.decompress((tmp_path / "out/CC-MAIN-1.warc.jsonl.gz").read_bytes()))
    assert [list(row) for row in rows] == [["url", "date", "text"]] * 4
    assert rows[1]["url"] == "https://h1.example/1" and rows[1]["date"] == "2021-05-03T10:00:00Z"
    assert rows[1]["text"] == f"{PROSE}On day 1 it rained.\n"


def test_pages_of_a_crawl_become_a_table_in_one_line(run: Run, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    page = record("response", "<https://a.example/5>", HTTP, answer("200 OK", "text/html", HTML.encode()))
    notes = record("resource", "<metadata://gnu.org/software/wget/warc/wget.log>", "text/plain", PROSE.encode())
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join([*WARC, page, notes]))  # the last two as wget writes them
    run("batch", "crawl.warc.gz", "--to", "parquet", "-o", "articles.parquet")
    table = pq.read_table(tmp_path / "articles.parquet").to_pydict()
    assert table["url"] == [f"https://a.example/{at}" for at in (1, 4, 5)]
    assert all(text.startswith(PROSE) and "Share" not in text for text in table["text"])


@pytest.mark.parametrize("cut", [20, 400])
def test_an_archive_that_is_cut_off_gives_the_pages_before(run: Run, tmp_path: Path, cut: int) -> None:
    whole = b"".join(WET)
    (tmp_path / "cut.wet.gz").write_bytes(whole[:-cut])
    done = run("strip", "cut.wet.gz", status=1)
    assert b"cut off" in done.stderr
    assert [row["url"] for row in rows_of(done.stdout)] == [
        f"https://h{at % 2}.example/{at}" for at in range(3 - cut // 400)
    ]


def test_what_is_no_archive_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "no.warc").write_text(PROSE * 20)
    done = run("batch", "no.warc", "-o", "out", status=1)
    assert b"no.warc" in done.stderr and b"archive" in done.stderr


def test_html_gives_its_visible_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/ferry.html").write_bytes(HTML_BYTES)
    run("batch", "site", "-o", "out")
    [row] = rows_of((tmp_path / "out/ferry.jsonl").read_bytes())
    assert row["url"] == "https://harbour.example/ferry" and row["date"] == "2021-05-03"
    assert row["text"].startswith(PROSE) and "Share" not in row["text"] and "let a" not in row["text"]
    done = run("strip", "site/ferry.html", "--to", "txt", "--keep", "navigation", "--disable", "body")
    assert done.stdout.decode().endswith("Tariff: 5 €")


TEASERS = (
    "The baker of the old quay closes his shop after forty years of bread",
    "A seal has moved into the swimming hall and will not leave it again",
    "Three sailors tell why they came home on foot and not by ship this time",
)
STORY = (
    "The ferry sails again from Monday on, its captain says to all who wait at the quay, and nobody has to swim.",
    "The harbour was closed for three weeks after a storm had torn the pier from its piles, which divers found.",
    "On Sunday the last of the new piles was driven in, and the crew painted the railing before the paint ran out.",
)


def test_what_is_a_link_tells_in_html_and_the_text_has_no_marks(run: Run, tmp_path: Path) -> None:
    links = "".join(f'<p><a href="/{at}">{line}</a></p>' for at, line in enumerate(TEASERS))
    first, *rest = (f"<p>{line}</p>" for line in STORY)
    (tmp_path / "page.html").write_text(f"<h1>The ferry sails</h1>{first}{links}{''.join(rest)}")
    text = json.loads(run("strip", "page.html").stdout)["text"]
    assert text == "\n\n".join(["The ferry sails", *STORY])
    seen = "\n\n".join(["The ferry sails", STORY[0], *TEASERS, *STORY[1:]])
    assert stripper.strip(seen).text == seen  # of plain text nobody can tell


def test_tags_become_marks_of_lines() -> None:
    html = """<nav><ul><li><a href="/a?b=1&amp;c">Home</a></li><li>Sea<ol><li>Deep</li></ol></li></ul></nav>
    <h2>News</h2><p>It said <a href="/x">so</a>: 3 &lt; 4 &amp;amp;</p><pre>  if a:
    b()</pre><table><tr><td>Quay</td><td>5</td></tr></table>"""
    text, marks, *_ = read_html(html.encode())
    lines = text.split("\n")
    assert [line for line in lines if line] == [
        "Home", "Sea", "  Deep", "News", "It said so: 3 < 4 &amp;", "  if a:", "    b()", "Quay\t\t5",
    ]  # fmt: skip
    assert [(lines[mark.number].strip(), *mark[1:4], round(mark.links, 2)) for mark in marks] == [
        ("Home", "item", 1, 1, 1.0), ("Sea", "item", 1, 1, 0.0), ("Deep", "item", 2, 1, 0.0),
        ("News", "heading", 2, 0, 0.0), ("It said so: 3 < 4 &amp;", "", 0, 0, 0.12),
        ("if a:", "code", 0, 2, 0.0), ("b()", "code", 0, 2, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<p>The ferry <a href="/play"></a>sails.</p><p>It calls at Tual.</p>', []),
        ('<p>The ferry sails.</p><div><a class="run" href="/play"></a></div><p>It calls at Tual.</p>', []),
        ('<h2 id="bell"><a href="#bell">The bell</a></h2><p>It rings.</p>', [0.0]),
        ('<dl><dt id="o-bell"><a class="o" href="#o-bell"><code>--bell</code></a></dt><dd>It rings.</dd></dl>', []),
        ('<h2 id="bell">The bell <a href="#bell">#</a></h2><p>It rings.</p>', [0.0]),
        ('<p><a name="bell">The bell</a></p><p>It rings.</p>', []),
        ('<h2 id="bell"><a href="#horn">The horn</a></h2><p>It rings.</p>', [1.0]),
        ('<p><a href="/bell">The bell</a></p><p>It rings.</p>', [1.0]),
    ],
)
def test_a_link_that_leads_nowhere_else_is_none(html: str, links: list[float]) -> None:
    assert [mark.links for mark in read_html(html.encode()).marks] == links


def test_marks_are_those_of_their_lines_in_a_page_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    html = "".join(f'<p>{line}</p><p><a href="/">{link}</a></p>' for line, link in zip(STORY, TEASERS, strict=True))
    text, marks, *_ = read_html(html.encode())
    monkeypatch.setattr("stripper.engine.cleaning.STRETCH", len(text) // 2)
    parts = [*stretches(Document(text, marks=marks))]
    assert len(parts) == 2
    for start, _, part in parts:
        assert part.text == text[start : start + len(part.text)]
        links = [part.lines[mark.number].strip() for mark in part.marks or () if mark.number < len(part.lines)]
        assert links == [line for line in TEASERS if line in part.text]


PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}
UNPACK = {"gz": gzip.decompress, "bz2": bz2.decompress, "xz": lzma.decompress, "zst": zstd.decompress}


@pytest.mark.parametrize("packing", PACK)
def test_pages_and_records_stay_packed(run: Run, tmp_path: Path, packing: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    page = f"Share\n{PROSE}"
    (folder / f"page.txt.{packing}").write_bytes(PACK[packing](page.encode()))
    lines = json.dumps({"text": page}).encode() + b"\n"
    half = PACK[packing](lines * 500)
    (folder / f"rows.jsonl.{packing}").write_bytes(half + PACK[packing](lines))
    run("batch", "in", "-o", "out", "--no-cross-document", "-j", "2")
    assert UNPACK[packing]((tmp_path / f"out/page.txt.{packing}").read_bytes()) == PROSE.encode()
    out = (tmp_path / f"out/rows.jsonl.{packing}").read_bytes()
    assert rows_of(UNPACK[packing](out)) == [{"text": PROSE}] * 501
    (folder / f"rows.jsonl.{packing}").write_bytes(half[:-9])
    done = run("strip", f"in/rows.jsonl.{packing}", status=1)
    assert b"cut off" in done.stderr or b"cannot be read" in done.stderr


@pytest.mark.long
def test_packed_pages_are_looked_at_as_they_are_cleaned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    page = f"Share\n{PROSE}".encode()
    (tmp_path / "in" / "page.txt.gz").write_bytes(gzip.compress(page))
    assert b"-Share" in run("diff", "in/page.txt.gz").stdout
    assert b"share" in run("explain", "in/page.txt.gz").stdout
    (tmp_path / "p.toml").write_text("schema-version = 1\ndisable = ['share']\n")
    for where in (["in", "--glob", "*.gz"], ["in/page.txt.gz"]):
        assert b"Share" in run("compare", *where, "--with", "p.toml", status=1).stdout
    (tmp_path / "in" / "page.txt.gz").write_bytes(gzip.compress(page)[:-9])
    for command in ("diff", "explain"):
        assert b"cut off" in run(command, "in/page.txt.gz", status=1).stderr


FERRY = "Die Fähre fährt ab Montag wieder, sagt ihr Kapitän, der größte Übeltäter."
LATIN = "text/plain; charset=iso-8859-1"
CAPTAIN = "再び月曜日から運航する、と船長は言った。"


@pytest.mark.parametrize(
    ("head", "data", "expected"),
    [
        ("utf-8", FERRY.encode().replace(b"\xc3\xa4n,", b"\xe4n,"), FERRY.replace("tän,", "t\ufffdn,")),
        ("utf-8", FERRY.encode("cp1252"), FERRY),
        ("utf-8", FERRY.encode() + "ä".encode()[:1], FERRY + "\ufffd"),  # cut off, as crawlers do
        ("iso-8859-1", FERRY.encode(), FERRY),
        ("utf-16le", FERRY.encode(), FERRY),
        ("x-user-defined", FERRY.encode("cp1252"), FERRY),
        ("shift_jis", CAPTAIN.encode("shift_jis"), CAPTAIN),
        ("iso-2022-jp", CAPTAIN.encode("iso-2022-jp"), CAPTAIN),
    ],
)
def test_one_wrong_byte_or_name_of_an_encoding_spoils_no_page(head: str, data: bytes, expected: str) -> None:
    page = f'<meta charset="{head}"><p>'.encode() + data
    assert read_html(page).text == expected


def test_line_feeds_alone_may_end_the_lines_of_an_answer_and_not_of_an_archive(run: Run, tmp_path: Path) -> None:
    body = answer("200 OK", "text/html", b"<p>" + PROSE.encode()).replace(b"\r\n", b"\n")
    one = gzip.decompress(record("response", "https://a.example/1", HTTP, body))
    (tmp_path / "in.warc").write_bytes(one * 2)
    assert [row["text"] for row in rows_of(run("strip", "in.warc").stdout)] == [PROSE.strip()] * 2
    (tmp_path / "in.warc").write_bytes(one.replace(b"\r\n", b"\n") * 2)
    assert b"has a head that cannot be read" in run("strip", "in.warc", status=1).stderr


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("damage", [b"garbage", b"\n", None])
def test_what_stands_behind_a_packed_member_is_not_left_out_unsaid(
    run: Run, tmp_path: Path, packing: str, damage: bytes | None
) -> None:
    one, other = (PACK[packing](json.dumps({"text": f"{at} {PROSE}"}).encode() + b"\n") for at in range(2))
    (tmp_path / f"in.jsonl.{packing}").write_bytes(one + (b"\1" + other[1:] if damage is None else damage))
    done = run("strip", f"in.jsonl.{packing}", status=1)
    assert done.stdout.count(b"\n") == 1 and b"line 2: " in done.stderr
    zeros = bytes(8) * (packing != "zst")
    (tmp_path / f"in.jsonl.{packing}").write_bytes(one + zeros + other + zeros)
    assert run("strip", f"in.jsonl.{packing}").stdout.count(b"\n") == 2


@pytest.mark.parametrize("kind", ["warcinfo", "conversion"])
@pytest.mark.parametrize(
    ("length", "problem"),
    [
        ("1000000000000", "is cut off: "),
        ("18446744073709551615", "is cut off: "),
        ("99999999999999999999", "has no length that can be believed: 99999999999999999999"),
        ("-1", "has no length that can be believed: -1"),
        ("many", "has no length that can be believed: many"),
        ("70.5", "has no length that can be believed: 70.5"),
    ],
)
def test_a_record_whose_head_promises_a_wrong_length_is_said(
    run: Run, tmp_path: Path, kind: str, length: str, problem: str
) -> None:
    first, wrong, last = (
        gzip.decompress(record(each, "https://a.example/1", "text/plain", FERRY.encode()))
        for each in ("conversion", kind, "conversion")
    )
    right = f"Content-Length: {len(FERRY.encode())}".encode()
    (tmp_path / "in.wet").write_bytes(first + wrong.replace(right, b"Content-Length: " + length.encode()) + last)
    done = run("strip", "in.wet", status=1)
    assert [row["text"] for row in rows_of(done.stdout)] == [FERRY]
    assert f"in.wet: record 2: {problem}".encode() in done.stderr


def test_an_answer_that_is_none_is_said(run: Run, tmp_path: Path) -> None:
    archive = record("response", "https://a.example/1", HTTP, b"\0nothing") + record("response", "", HTTP, b"")
    (tmp_path / "in.warc.gz").write_bytes(archive)
    assert b"record 1: cannot be unpacked: is no answer" in run("strip", "in.warc.gz", status=1).stderr


def test_plain_text_of_a_crawl_may_be_in_any_encoding_and_say_nothing_of_its_type(run: Run, tmp_path: Path) -> None:
    answers = [
        record("response", "https://a.example/1", HTTP, answer("200 OK", LATIN, FERRY.encode("latin-1"))),
        record("conversion", "https://a.example/2", "text/plain", FERRY.encode() + b"\xc3"),
    ]
    untold = gzip.decompress(record("conversion", "https://a.example/3", "text/plain", FERRY.encode()))
    answers.append(gzip.compress(untold.replace(b"Content-Type: text/plain\r\n", b"")))
    (tmp_path / "in.warc.gz").write_bytes(b"".join(answers))
    rows = rows_of(run("strip", "in.warc.gz", "--keep", "duplicate").stdout)
    assert [row["text"] for row in rows] == [FERRY, FERRY + "\ufffd", FERRY]
