"""What is told of each page: title, date, author, language, words, notes and how sure it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run

import stripper
from stripper.engine.confidence import confidence, expected_f1
from stripper.rules.loading import load_rules

NEWS = "en-news.txt"
PLAIN = "The ferry sails again.\n"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (NEWS, "de-presse.txt", "id-portal.txt"):
        (folder / name).write_bytes((ROOT / "samples" / name).read_bytes())
    return folder


def test_batch_tells_of_each_page(run: Run, pages: Path, tmp_path: Path) -> None:
    run("batch", "in", "-o", "out", "--records", "pages.jsonl", "--jobs", "2")
    told = rows(tmp_path / "pages.jsonl")
    assert [row["path"] for row in told] == [f"in/{name}" for name in sorted(each.name for each in pages.iterdir())]
    assert [row["language"] for row in told] == ["de", "en", "id"]
    row = told[1]
    text = (pages / NEWS).read_text("utf-8")
    assert row["title"] and row["title"] in text and row["author"] in text and row["date"] in text
    assert row["words"] == len(text.split())
    assert row["words_kept"] == len((tmp_path / "out" / NEWS).read_text("utf-8").split())
    assert sum(row["categories"].values()) == row["words"]
    assert row["categories"]["body"] <= row["words_kept"] and row["notes"] == []
    assert 0 < row["confidence"] < 1


def test_records_of_pages_done_before_are_told_again(run: Run, pages: Path, tmp_path: Path) -> None:
    run("batch", "in", "-o", "out", "--records", "first.jsonl")
    (pages / NEWS).write_text("Share\nThe ferry sails again from Monday on, its captain says.\n", "utf-8")
    run("batch", "in", "-o", "out", "--records", "second.jsonl", "--resume")
    first, second = rows(tmp_path / "first.jsonl"), rows(tmp_path / "second.jsonl")
    assert first[0] == second[0] and first[2] == second[2]
    assert second[1]["words"] == 11
    run("batch", "in", "-o", "bare")
    run("batch", "in", "-o", "bare", "--records", "third.jsonl", "--resume")  # the first run did not note them
    assert rows(tmp_path / "third.jsonl") == second


def test_files_of_records_are_told_of_by_their_columns_alone(run: Run, pages: Path, tmp_path: Path) -> None:
    (pages / "more.jsonl").write_text(json.dumps({"text": PLAIN}) + "\n", "utf-8")
    done = run("batch", "in", "-o", "out", "--records", "told.jsonl", status=2)
    assert b"in/more.jsonl: holds records" in done.stderr and b"--add title,confidence" in done.stderr
    assert not (tmp_path / "told.jsonl").exists()


def test_the_same_can_be_added_to_records(run: Run) -> None:
    page = (ROOT / "samples" / NEWS).read_text("utf-8")
    line = json.dumps({"text": page}).encode() + b"\n"
    told = json.loads(run("strip", "--from", "jsonl", "--add", "language,confidence,categories", input=line).stdout)
    assert told["stripper_language"] == "en" and told["stripper_categories"]["body"] > 100
    assert told["stripper_confidence"] == confidence(stripper.strip(page), load_rules(examples=False))


def test_confidence_falls_where_the_model_doubts() -> None:
    """Of a page that keeps what the model takes for menu, and of a list that has no article."""
    rules = load_rules(examples=False)
    page = (ROOT / "samples" / NEWS).read_text("utf-8")
    sure = confidence(stripper.strip(page), rules)
    kept = confidence(stripper.strip(page, keep=["navigation", "related", "promo", "share", "tags"]), rules)
    none = confidence(stripper.strip("Share\n" + "".join(f"Boat {n}, {n} knots\n" for n in range(40))), rules)
    assert sure is not None and kept is not None and none is not None
    assert sure > kept + 0.05 and sure > none + 0.2
    assert expected_f1(stripper.strip(""), rules) == 0.0


def test_without_a_body_there_is_no_confidence(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("schema-version = 1\n", "utf-8")
    rules = load_rules([tmp_path / "my.toml"], default=False)
    outcome = stripper.strip(PLAIN, rules=rules)
    assert confidence(outcome, rules) is None
