"""Files of fitted numbers beside packs: how a rule names them, and what it cannot name."""

from __future__ import annotations

from pathlib import Path

import pytest

from stripper.errors import RuleError
from stripper.rules.loading import load_rules
from stripper.rules.weights import MOST_BYTES, format_weights, parse_weights

PACK = """
schema-version = 1
[[rule]]
id = "my.body"
category = "body"
summary = "The article"
reason = "Reads as part of the article"
body = { weights = "mine.weights" }
"""
ROWS = {"enter": [0.5, 0.0, 0.0, -4.0], "own 1 -": [0.25, -1.0, 0.0, 1e-05]}


def load(folder: Path, weights: str | bytes | None, pack: str = PACK) -> dict[str, object]:
    (folder / "mine.toml").write_text(pack, "utf-8")
    if weights is not None:
        (folder / "mine.weights").write_bytes(weights if isinstance(weights, bytes) else weights.encode())
    [rule] = load_rules([folder / "mine.toml"], default=False, examples=False).rules[-1:]
    return dict(rule.body or {})


def test_what_is_written_is_read() -> None:
    assert parse_weights(format_weights("Two\nlines", ROWS).encode()) == ROWS


def test_a_rule_has_the_numbers_of_the_file_it_names(tmp_path: Path) -> None:
    assert load(tmp_path, format_weights("", ROWS)) == {
        "enter": [0.5, 0.0, 0.0, -4.0],
        "weights": {"own 1 -": [0.25, -1.0, 0.0, 1e-05]},
    }


def test_an_edited_file_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPPER_CACHE", str(tmp_path / "cache"))
    for number in (1.0, 2.0, 1.0):
        assert load(tmp_path, f"own\t{number}\n") == {"weights": {"own": [number]}}
    with pytest.raises(RuleError):
        load(tmp_path, "own\t\n")


@pytest.mark.parametrize("name", ["../mine.weights", "/etc/passwd", "other.weights", "mine.toml", "./mine.weights", ""])
def test_no_other_file_can_be_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "other.weights").write_text("own\t1.0\n")
    with pytest.raises(RuleError, match=r"must be a table, or 'mine[.]weights'"):
        load(tmp_path, "own\t1.0\n", PACK.replace("mine.weights", name))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (None, "body.weights: 'mine.weights' is not there"),
        (b"#\nown 1.0\n", "body.weights: line 2 of the file: must be a name, a tab, and numbers"),
        (b"own\tsecret\n", "body.weights: line 1 of the file: must be a name, a tab, and numbers"),
        (b"\xff", "body.weights: 'utf-8' codec"),
        (b"#" * (MOST_BYTES + 1), "body.weights: 'mine.weights' is larger than 4 MB"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(tmp_path: Path, weights: bytes | None, said: str) -> None:
    with pytest.raises(RuleError, match=said) as error:
        load(tmp_path, weights)
    assert "secret" not in str(error.value)


WORDS = PACK.replace("weights =", "words =").replace("mine.weights", "mine.words")


def load_words(folder: Path, words: str) -> object:
    (folder / "mine.words").write_text(words, "utf-8")
    return load(folder, None, WORDS)["words"]


def test_a_rule_has_the_words_of_the_file_it_names(tmp_path: Path) -> None:
    assert load_words(tmp_path, "# said by whom\nsaid\t0.5\nsubscribe\t-1.5\n") == {"said": 0.5, "subscribe": -1.5}


def test_edited_words_are_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPPER_CACHE", str(tmp_path / "cache"))
    for number in (1.0, 2.0, 1.0):
        assert load_words(tmp_path, f"said\t{number}\n") == {"said": number}


def test_a_word_has_a_number_or_two(tmp_path: Path) -> None:
    assert load_words(tmp_path, "said\t0.5 1.0\nyour inbox\t-1.5\n") == {"said": [0.5, 1.0], "your inbox": -1.5}
    with pytest.raises(RuleError, match=r"body[.]words: a word of the file has more than two numbers"):
        load_words(tmp_path, "said\t0.5 1.0 2.0\n")
