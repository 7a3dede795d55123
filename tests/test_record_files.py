"""Files of records, through the installed command: what is cleaned, what stays as it is, what is bad."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from stripper.runs.formats.streams import Steady

PROSE = "The ferry sails again from Monday on, its captain says.\n"
PAGE = f"Share\n{PROSE}"


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_a_pipe_of_records_is_cleaned_and_all_else_stays(run: Run) -> None:
    given = lines({"id": 7, "text": PAGE, "n": 1}) + b'{"big": 1234567890123456789.50, "text": "Share\\n", "a": [{}]}\n'
    done = run("strip", "--from", "jsonl", "-", input=given)
    one, two = done.stdout.splitlines()
    assert list(json.loads(one).items()) == [("id", 7), ("text", PROSE), ("n", 1)]
    assert two == b'{"big":1234567890123456789.50,"text":"","a":[{}]}'


def test_records_that_nothing_is_taken_from_keep_their_bytes(run: Run) -> None:
    given = b'{ "text" : "The captain says so." }\n{"text": null, "n": 2}\n'
    assert run("strip", "--from", "jsonl", input=given).stdout == given


def test_mark_empty_lines_and_halves_of_surrogates(run: Run) -> None:
    given = b'\xef\xbb\xbf{"text": "Share\\nThe ferry \\ud83d sails on \\ud83d\\ude00 Monday, he says.\\n"}\r\n\n  \n'
    given += lines({"text": PROSE}).rstrip()
    one, two = run("strip", "--from", "jsonl", input=given).stdout.splitlines()
    assert json.loads(one) == {"text": "The ferry \ud83d sails on \U0001f600 Monday, he says.\n"}
    assert json.loads(two) == {"text": PROSE}


def test_lines_that_json_of_python_alone_reads_keep_all_but_the_text_as_it_stands(run: Run) -> None:
    others = rb'"n": NaN,"a":1e400 , "b" : [-Infinity, 1.10, {"c": "\u00e9\ud800"}],"\u00e9":12345678901234567890.0'
    others += rb',"\ud800":%s' % (b"9" * 5000)
    given = b'{%s,\t"text": "Share\\nThe ferry sails on, he says.\\n" }\n' % others
    assert run("strip", "--from", "jsonl", input=given).stdout == (
        b'{"n":NaN,"a":1e400,"b":[-Infinity, 1.10, {"c": "\\u00e9\\ud800"}],"\\u00e9":12345678901234567890.0,'
        b'"\\ud800":%s,"text":"The ferry sails on, he says.\\n"}\n' % (b"9" * 5000)
    )


BAD = [
    (b'{"text": 7}', "line 2: field 'text' is no string"),
    (b'{"body": "x", "n": 1}', "line 2: has no field 'text'; it has body, n"),
    (b'{"text": "x"', "line 2: is no JSON"),
    (b'["text"]', "line 2: is no JSON object"),
    (b'{"text": "\xff"}', "line 2: is not UTF-8"),
    (b'{"a": ' + b"[" * 100_000, "line 2: is"),
    (b'{"a": 1, "text": "Share\\n", "a": 2}', "line 2: has two fields 'a'"),
    (b'{"text": "Share\\n", "n": NaN, "text": "x"}', "line 2: has two fields 'text'"),
    (rb'{"n":1,"text":"Share\n","\u006e" :2}', "line 2: has two fields 'n'"),
    (rb'{"text": "Share\n", "a\"": 1, "a\u0022": 2}', "line 2: has two fields 'a\"'"),
]


@pytest.mark.parametrize(
    ("line", "said"),
    [pytest.param(*each, id=each[1], marks=[pytest.mark.long] * (at % 2)) for at, each in enumerate(BAD)],
)
def test_a_bad_record_is_named_and_kept_or_dropped_or_ends_the_file(
    run: Run, tmp_path: Path, line: bytes, said: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines({"text": PAGE}) + line + b"\n" + lines({"text": PROSE}))
    done = run("strip", "in.jsonl", status=1)
    assert said in done.stderr.decode()
    assert done.stdout == b'{"text":%s}\n' % json.dumps(PROSE).encode() + line + b"\n" + lines({"text": PROSE})
    assert line not in run("strip", "in.jsonl", "--bad", "drop", status=1).stdout
    run("strip", "in.jsonl", "--bad", "fail", "-o", "out.jsonl", status=1)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_field_that_would_be_added_is_not_replaced(run: Run) -> None:
    given = lines({"text": PAGE, "stripper_title": "mine"}, {"text": PAGE})
    done = run("strip", "--from", "jsonl", "--add", "title", input=given, status=1)
    assert b"line 1: has a field 'stripper_title' already" in done.stderr
    mine, other = done.stdout.splitlines(keepends=True)
    assert mine == lines({"text": PAGE, "stripper_title": "mine"})
    assert json.loads(other) == {"text": PROSE, "stripper_title": None}


def test_a_field_within_another_that_stands_twice_is_not_lost_in_another_format(run: Run, tmp_path: Path) -> None:
    twice = b'{"text": "The captain says so.", "of": [{"n": 1, "n": 2}]}\n'
    (tmp_path / "in.jsonl").write_bytes(twice + lines({"text": "The captain says so.", "of": [{"n": 3}]}))
    assert run("strip", "in.jsonl").stdout.startswith(twice)
    done = run("strip", "in.jsonl", "-o", "out.parquet", status=1)
    assert b"line 1: has two fields 'n'" in done.stderr
    import pandas as pd

    assert [list(each) for each in pd.read_parquet(tmp_path / "out.parquet")["of"]] == [[{"n": 3}]]


def test_columns_are_added_and_records_left_out(run: Run) -> None:
    given = lines({"text": PAGE}, {"text": "Share\n"}, {"text": "Go now.\n"})
    done = run("strip", "--from", "jsonl", "--add", "kept,title", "--drop-empty", "--min-words", "4", input=given)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"text": PROSE, "stripper_title": None, "stripper_kept": 0.9091}
    ]
    assert b"1 record left out: nothing is left" in done.stderr and b"too few words" in done.stderr


@pytest.mark.long
def test_a_record_of_fifty_megabytes(run: Run, tmp_path: Path) -> None:
    text = "".join(
        f"On day {at} the ferry sailed, its captain said to those who were waiting.\n" for at in range(700_000)
    )
    assert len(text) > 50_000_000
    (tmp_path / "in.jsonl").write_bytes(lines({"text": PAGE}, {"id": 2, "text": f"Share\n{text}"}, {"text": PAGE}))
    run("strip", "in.jsonl", "-o", "out.jsonl", timeout=600)
    one, two, three = (json.loads(line) for line in (tmp_path / "out.jsonl").open())
    assert one == three == {"text": PROSE} and two == {"id": 2, "text": text}


def test_a_record_longer_than_any_page_is_bad_and_the_next_is_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stripper.runs.formats import json_lines
    from stripper.runs.formats.records import Columns

    monkeypatch.setattr(json_lines, "LONGEST", 100_000)
    form = json_lines.JsonLines(Columns())
    data = lines({"text": "a"}, {"text": "b" * 300_000}, {"text": "c"})
    pieces = list(form.pieces(Steady(io.BytesIO(data))))
    assert [piece.number for piece in pieces if piece.problem] == [2]
    texts = [(record.number, record.text) for piece in pieces if piece.data for record in form.records(piece)]
    assert texts == [(1, "a"), (3, "c")]
    assert b"".join(piece.raw for piece in pieces) == lines({"text": "b" * 300_000})
