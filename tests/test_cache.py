"""What is kept from one run to the next: it changes no answer, and nothing that is wrong with it does harm."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run, shipped_rules

from stripper.engine.cleaning import clean
from stripper.engine.matching.prefilter import CompiledRules
from stripper.errors import RuleError
from stripper.model import CATEGORIES, Document
from stripper.reading.page import Page
from stripper.rules import cache, parsing
from stripper.rules.format import Rule, matches_of
from stripper.rules.loading import load_rules
from stripper.rules.parsing import ParsedPack
from stripper.rules.phrase_index import OWN
from stripper.rules.ruleset import RuleSet

PAGE = (ROOT / "samples" / "en-short.txt").read_bytes()
CLEAN = (ROOT / "samples" / "en-short.clean.txt").read_bytes()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, which is not there yet."""
    path = tmp_path / "cache" / "stripper"
    monkeypatch.setenv("STRIPPER_CACHE", str(path))
    return path


def kept(value: object, key: bytes = b"key") -> object:
    cache.keep(key, lambda: value)
    return cache.recall(key)


def test_what_is_kept_is_recalled(folder: Path) -> None:
    value = {None: "Rule", "words": ("a", "\ud800"), "body": [1, 2.5, True, None]}
    assert cache.recall(b"key") is None
    assert kept(value) == value
    assert cache.recall(b"other key") is None
    assert [path.suffix for path in folder.iterdir()] == [".cache"]


def test_parts_are_read_by_themselves(folder: Path) -> None:
    parts = cache.Parts()
    cache.keep(b"key", lambda: [parts.add({"a": 1}), parts.add(("b", "b"))], parts)
    numbers, read = cache.recall_with_parts(b"key")
    assert [read.read(number) for number in numbers] == [{"a": 1}, ("b", "b")]
    assert pickle.loads(pickle.dumps(read)).read(numbers[1]) == ("b", "b")
    with pytest.raises(ValueError, match="unmarshallable"):
        parts.add(object())
    assert parts.read(parts.add("whole")) == "whole"


def test_what_is_not_plain_is_not_kept(folder: Path) -> None:
    assert kept(object()) is None
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:8],
        lambda data: b"",
        lambda data: data[:20] + b"X" + data[21:],
        lambda data: data + b"X",
        lambda data: bytes(len(data)),
    ],
)
def test_a_torn_file_is_not_believed(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    kept(["something", "longer"])
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert cache.recall(b"key") is None
    assert kept("new") == "new"


def test_a_file_of_another_key_or_version_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept("one", b"one")
    (one,) = folder.iterdir()
    kept("two", b"two")
    (two,) = set(folder.iterdir()) - {one}
    shutil.copy(one, two)
    assert cache.recall(b"two") is None
    monkeypatch.setattr(cache, "_versions", lambda: b"another")
    assert cache.recall(b"one") is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owner here")
def test_a_file_that_others_could_have_written_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept("mine")
    (path,) = folder.iterdir()
    assert not path.stat().st_mode & 0o077
    path.chmod(0o666)
    assert cache.recall(b"key") is None
    path.chmod(0o600)
    assert cache.recall(b"key") == "mine"
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert cache.recall(b"key") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_its_place_holds_nothing_up(folder: Path) -> None:
    kept("mine")
    (path,) = folder.iterdir()
    path.unlink()
    os.mkfifo(path, 0o600)
    assert cache.recall(b"key") is None


def test_a_folder_that_cannot_be_written_is_no_error_and_costs_nothing(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"no folder")

    def make() -> object:
        raise AssertionError("nothing can be kept, so nothing need be made")

    cache.keep(b"key", make)
    assert cache.recall(b"key") is None


def test_files_that_were_not_used_for_longest_go(folder: Path) -> None:
    for number in range(cache.MOST_FILES + 3):
        kept(number, b"%d" % number)
        for path in folder.iterdir():
            os.utime(path, (path.stat().st_mtime - 10,) * 2)
        assert cache.recall(b"1") == 1 or number == 0
    assert len(list(folder.iterdir())) == cache.MOST_FILES
    assert cache.recall(b"0") is cache.recall(b"2") is None
    assert cache.recall(b"%d" % (cache.MOST_FILES + 2)) == cache.MOST_FILES + 2


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPPER_CACHE", "off")
    assert cache.folder() is None
    monkeypatch.delenv("STRIPPER_CACHE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/there")
    assert cache.folder() == Path("/there/stripper")
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache.folder() is None
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert cache.folder() is None


def without(value: object, names: tuple[str, ...]) -> object:
    """A rule as nested plain values, without some fields."""
    if isinstance(value, tuple):
        return tuple(without(each, names) for each in value)
    if not is_dataclass(value):
        return value
    return {item.name: without(getattr(value, item.name), names) for item in fields(value) if item.name not in names}


@pytest.mark.long
def test_rules_from_the_cache_are_the_rules(folder: Path) -> None:
    fresh, first, second = shipped_rules(), load_rules(examples=False), load_rules(examples=False)
    phrases = (
        "whole", "starts", "ends", "contains", "like", "literals", "made", "folded", "remove", "keep",
    )  # fmt: skip
    assert second.orthography == fresh.orthography
    assert without(tuple(first.rules), ()) == without(tuple(second.rules), ())
    assert without(tuple(second.rules), phrases) == without(tuple(fresh.rules), phrases)
    for part in ("by_language", "whole"):
        assert second.phrases[part] == fresh.phrases[part]
    assert second.phrases["patterns"].read() == fresh.phrases["patterns"].read()
    # What the index does not have, since it is asked of lines that are found already.
    conditions = [
        [match.folded for rule in rules.rules for key, match in matches_of(rule) if key != "match"]
        for rules in (fresh, second)
    ]
    assert conditions[0] == conditions[1] and all(conditions[0])


@pytest.mark.long
def test_rules_from_the_cache_can_be_switched_off() -> None:
    page = Document(PAGE.decode("utf-8"))
    load_rules(examples=False)
    kept = load_rules(examples=False)
    for off in (["promo", "en.related.list", "core.navigation.run"], CATEGORIES):
        some, same = kept.with_options(disable=off), shipped_rules().with_options(disable=off)
        assert len(some.rules) == len(same.rules)
        assert clean(page, some) == clean(page, same)


def test_rules_from_the_cache_are_not_searched_one_by_one() -> None:
    with pytest.raises(ValueError, match="index"):
        CompiledRules(load_rules(examples=False), prefilter=False)


@pytest.mark.long
def test_patterns_from_the_cache_find_the_same(folder: Path) -> None:
    text = "\n".join(each for rule in shipped_rules().rules for each in rule.remove)
    found = []
    for _ in range(2):
        rules = load_rules(examples=False)
        lines = CompiledRules(rules).found(Page(Document(text), rules.orthography))
        found.append({line: [each.rule.id for each in some] for line, some in lines.items()})
    assert found[0] == found[1] and found[0]
    # The shipped packs and their rules as read, all rules with their index, compiled patterns.
    assert len(list(folder.iterdir())) == 4


TEXT = (ROOT / "rules" / "core" / "text.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "more",
    [
        "match = { whole = ['one'] }",
        "match = { like = ['{figures}'] }",
        "match = { whole = ['one'] }\n[slots]\nmonth = ['Smarch']",
        "match = { whole = ['one'] }\n[[rule]]\noverride = 'is.caption.credit'\nlanguage = ['is']",
        "match = { whole = ['one'] }\n[text]" + TEXT.partition("[text]")[2].replace("join-words = 4", "join-words = 5"),
    ],
)
def test_shipped_rules_beside_a_pack_are_those_that_are_read_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    pack = tmp_path / "mine.toml"
    rule = "schema-version = 1\n[[rule]]\nid = 'a.b'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"
    pack.write_text(rule + more, "utf-8")
    shipped = tmp_path / "shipped"
    for name in ("core/text.toml", "core/slots.toml", "languages/is.toml"):
        (shipped / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "rules" / name, shipped / name)
    load_rules(shipped=shipped)  # keeps the shipped ones
    monkeypatch.setattr(parsing, "read_pack", reader := Reader(parsing.read_pack))
    parsed, read_toml = list[bytes](), parsing.read_toml
    monkeypatch.setattr(parsing, "read_toml", lambda data: (parsed.append(data), read_toml(data))[1])
    beside = load_rules([pack], shipped=shipped)
    assert reader.read == ["mine"] or "[text]" in more
    assert parsed == [pack.read_bytes()]
    monkeypatch.setenv("STRIPPER_CACHE", "off")
    anew = load_rules([pack], shipped=shipped)
    assert len(reader.read) > 3
    assert without(tuple(beside.rules), ()) == without(tuple(anew.rules), ())


class Reader:
    """Reads packs, and says which."""

    def __init__(self, read_pack: Callable[..., list[Rule]]) -> None:
        self.read_pack, self.read = read_pack, list[str]()

    def __call__(self, parsed: ParsedPack, *others: Any) -> list[Rule]:
        self.read.append(parsed.pack.name)
        return self.read_pack(parsed, *others)


def test_an_edited_pack_is_read_anew(folder: Path, tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    rule = "schema-version = 1\n[[rule]]\nid = 'a.b'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"

    def load(phrase: str) -> RuleSet:
        pack.write_text(rule + f"match = {{ whole = ['{phrase}'] }}\n", "utf-8")
        os.utime(pack, (1, 1))  # the same size and the same time
        return load_rules([pack], default=False, examples=False)

    for phrase in ("one", "two", "one"):
        assert load(phrase).phrases["whole"][OWN] == {phrase[:2]: {phrase: ("a.b",)}}
    pack.write_text(rule, "utf-8")
    for _ in range(2):
        with pytest.raises(RuleError, match="match: missing"):
            load_rules([pack], default=False, examples=False)


def test_an_edited_shipped_pack_is_read_anew(folder: Path, tmp_path: Path) -> None:
    for name in ("core/text.toml", "core/slots.toml"):
        (tmp_path / "shipped" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "rules" / name, tmp_path / "shipped" / name)
    pack = tmp_path / "shipped" / "core" / "mine.toml"
    rule = "schema-version = 1\n[[rule]]\nid = 'a.b'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"
    for phrase in ("one", "two"):  # as long as each other
        pack.write_text(rule + f"match = {{ whole = ['{phrase}'] }}\n", "utf-8")
        for _ in range(2):
            rules = load_rules(shipped=tmp_path / "shipped", examples=False)
            assert rules.phrases["whole"][OWN] == {phrase[:2]: {phrase: ("a.b",)}}
    pack.unlink()
    assert not load_rules(shipped=tmp_path / "shipped", examples=False).rules


TOLD = """
import sys
from pathlib import Path
from stripper.rules.loading import load_rules

rules = load_rules(shipped=Path(sys.argv[1]), examples=False)
print(rules.contents().hex(), rules.phrases["by_language"]["own is"])
"""


def test_each_process_makes_the_same_of_packs(tmp_path: Path) -> None:
    for name in ("core/text.toml", "core/slots.toml", "languages/is.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "rules" / name, tmp_path / name)
    said = set()
    for seed in "123":
        env = {**os.environ, "STRIPPER_CACHE": "off", "PYTHONHASHSEED": seed}
        command = (sys.executable, "-c", TOLD, tmp_path)
        said.add(subprocess.run(command, env=env, capture_output=True, check=True, timeout=120).stdout)
    assert len(said) == 1


@pytest.mark.long
def test_strip_needs_no_cache(run: Run, tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_bytes(b"")
    for where, times in (("off", 1), (tmp_path / "no-folder", 1), (tmp_path / "missing" / "deep" / "down", 2)):
        for _ in range(times):
            done = run("strip", input=PAGE, env={**os.environ, "STRIPPER_CACHE": str(where)})
            assert (done.stdout, done.stderr) == (CLEAN, b"")
    damaged = list((tmp_path / "missing" / "deep" / "down").iterdir())
    assert damaged
    for path in damaged:
        path.write_bytes(os.urandom(100))
    for _ in range(2):
        done = run("strip", input=PAGE, env={**os.environ, "STRIPPER_CACHE": str(damaged[0].parent)})
        assert (done.stdout, done.stderr) == (CLEAN, b"")
