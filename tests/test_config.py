"""Settings of a project: found upwards, below what a call says, for some pages alone, and shown."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
from conftest import Run
from test_review import unpacked

from stripper.cli.config import Config, Settings
from stripper.runs.pool import cores

PAGE = """\
The ferry sails again
By Anna Roig
The harbour office said that the ferry would sail again when its engine had been mended by the men of the yard.
It was the first time in a month that the boat had left the quay, and all of those who were on board were glad.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "in" / "archive").mkdir(parents=True)
    for name in ("in/page.txt", "in/archive/old.txt"):
        (tmp_path / name).write_text(PAGE, "utf-8")
    return tmp_path


def test_any_number_of_problems_is_borne(run: Run, project: Path) -> None:
    for settings in ("".join(f"key{number} = 1\n" for number in range(2000)), "[[pages]]\n" * 2000):
        (project / "stripper.toml").write_text(settings, "utf-8")
        said = run("strip", "in/page.txt", status=2).stderr.decode()
        assert "Traceback" not in said and 900 < said.count("\n") < 1100


def test_settings_are_found_upwards_and_a_call_wins(run: Run, project: Path) -> None:
    (project / "stripper.toml").write_text("drop = ['title']\nkeep = ['byline']\n", "utf-8")
    (project / "pyproject.toml").write_text("[tool.stripper]\nkeep = []\n", "utf-8")  # the first of a folder counts
    here = {"cwd": project / "in" / "archive"}
    told = run("strip", "old.txt", **here).stdout.decode()
    assert "The ferry sails" not in told and "By Anna" in told
    told = run("strip", "old.txt", "--keep", "title", **here).stdout.decode()
    assert "The ferry sails" in told and "By Anna" not in told
    assert run("--no-config", "strip", "old.txt", **here).stdout.decode().startswith("The ferry sails")
    (project / "other.toml").write_text("keep = ['byline']\n", "utf-8")
    told = run("--config", "../../other.toml", "strip", "old.txt", **here).stdout.decode()
    assert "The ferry sails" in told and "By Anna" in told


def test_a_pyproject_without_settings_is_passed_by(run: Run, project: Path) -> None:
    (project / "stripper.toml").write_text("drop = ['title']\n", "utf-8")
    (project / "in" / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    assert b"The ferry sails" not in run("strip", "page.txt", cwd=project / "in").stdout
    (project / "in" / "pyproject.toml").write_text("[tool.stripper]\ndrop = []\n", "utf-8")
    assert b"The ferry sails" in run("strip", "page.txt", cwd=project / "in").stdout


def test_what_is_no_file_of_settings_is_passed_by(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("tool = 5  # tool.stripper\n", "utf-8")
    (project / "stripper.toml").mkdir()
    run("strip", "in/page.txt")


def test_settings_by_a_link_that_leads_nowhere_are_not_passed_over(run: Run, project: Path) -> None:
    (project / "pyproject.toml").symlink_to("gone")  # may be about anything
    run("strip", "page.txt", cwd=project / "in")
    for target, why in (("gone", b"No such file"), ("stripper.toml", b"symbolic links")):
        (project / "stripper.toml").symlink_to(target)
        said = run("strip", "page.txt", cwd=project / "in", status=2).stderr
        assert b"stripper.toml: cannot be read: " in said and why in said
        run("--no-config", "strip", "page.txt", cwd=project / "in")
        (project / "stripper.toml").unlink()


def test_pages_under_a_path_have_settings_of_their_own(run: Run, project: Path) -> None:
    (project / "stripper.toml").write_text(
        "jobs = 1\ndrop = ['title']\n[[pages]]\npath = ['in/archive/*']\nkeep = ['title', 'byline']\n", "utf-8"
    )
    run("batch", "in", "-o", "out")
    first, second = ((project / "out" / name).read_text("utf-8") for name in ("page.txt", "archive/old.txt"))
    assert "The ferry sails" not in first and "By Anna" not in first
    assert "The ferry sails" in second and "By Anna" in second
    assert run("strip", "in/page.txt").stdout.decode() == first
    assert run("strip", "in/archive/old.txt").stdout.decode() == second
    assert run("strip", "old.txt", cwd=project / "in" / "archive").stdout.decode() == second
    assert "By Anna" not in run("strip", "in/archive/old.txt", "--drop", "byline").stdout.decode()
    assert b"3 done" not in run("batch", "in", "-o", "out", "--resume").stderr
    (project / "stripper.toml").write_text("[[pages]]\npath = ['in/archive/*']\ndrop = ['title']\n", "utf-8")
    run("batch", "in", "-o", "out", "--resume")
    assert "The ferry sails" in (project / "out/page.txt").read_text("utf-8")
    assert "The ferry sails" not in (project / "out/archive/old.txt").read_text("utf-8")


def test_packs_are_named_from_the_folder_of_the_settings_on(run: Run, project: Path) -> None:
    rule = (
        "[[rule]]\nid = 'my.r'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\nmatch = { starts = ['it was the'] }\n"
    )
    (project / "my.toml").write_text(f"schema-version = 1\n{rule}", "utf-8")
    (project / "stripper.toml").write_text("rules = ['my.toml']\ndefault-rules = false\n", "utf-8")
    told = run("strip", "page.txt", cwd=project / "in").stdout
    assert b"It was the first" not in told and b"By Anna" in told
    assert b"my.r " in run("rules", "list", cwd=project / "in").stdout


def test_columns_of_records_are_settings_too(run: Run, project: Path) -> None:
    (project / "stripper.toml").write_text("columns = { text = 'body' }\n", "utf-8")
    told = run(
        "strip", "--from", "jsonl", input=b'{"body": "Share\\nThe ferry sails again from Monday on.\\n"}\n'
    ).stdout
    assert json.loads(told) == {"body": "The ferry sails again from Monday on.\n"}


def test_what_is_in_force_is_shown_with_its_place(run: Run, project: Path) -> None:
    file = project / "stripper.toml"
    file.write_text("keep = ['byline']\n[[pages]]\npath = ['in/archive/*']\nlanguages = ['en']\n", "utf-8")
    told = run("config").stdout.decode()
    assert f'keep = ["byline"]  # {file}' in told and "# jobs is not set" in told
    assert tomllib.loads(told) == tomllib.loads(file.read_text("utf-8"))
    told = run("config", "in/archive/old.txt").stdout.decode()
    assert f'languages = ["en"]  # {file}, [[pages]] 1' in told
    assert "# languages is not set" in run("config", "in/page.txt").stdout.decode()
    file.unlink()
    assert b"# keep is not set" in run("config").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("langages = ['en']", "langages: unknown key; did you mean 'languages'?"),
        ("jobs = 'two'", "jobs: must be a whole number"),
        ("form = 'html'", "form: cannot be 'html'"),
        ("[[pages]]\nkeep = ['title']", "pages 1.path: missing"),
        ("[[pages]]\npath = ['a']\nkep = []", "pages 1.kep: unknown key; did you mean 'keep'?"),
        ("pages = 3", "pages: must be tables"),
        ("keep = ", "is no valid TOML"),
        ("languages = ['xx']", "no language is called 'xx'; known are all, ar,"),
        ("keep = ['bylin']", "stripper.toml: keep: no category is called 'bylin'; did you mean 'byline'?"),
        ("[[pages]]\npath = ['a']\ndrop = ['tittle']", "stripper.toml: pages 1.drop: no category is called 'tittle'"),
        ("rules = ['none.toml']", "none.toml: cannot be read"),
        ('rules = ["none\\u0000.toml"]', "cannot be read"),
        ("rules = ['pipe.toml']", "pipe.toml: is no pack and no folder of packs"),
        (".".join("a" * 100_000) + " = 1", "nested too deeply"),
        ("a = " + "[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("[" + ".".join("a" * 90) + "]\n" + "".join(f"{'a.' * 90}k{n} = 1\n" for n in range(999)), "nested too deep"),
        ("jobs = 0x" + "f" * 5000, "number of more than 64 bits"),
    ],
)
def test_what_is_wrong_with_settings_is_said(run: Run, project: Path, text: str, message: str) -> None:
    (project / "stripper.toml").write_text(text, "utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(project / "pipe.toml")
    assert message in run("strip", "in/page.txt", status=2).stderr.decode()


@pytest.mark.long
def test_pages_are_looked_at_as_batch_cleans_them(run: Run, project: Path) -> None:
    file = project / "stripper.toml"
    file.write_text("[[pages]]\npath = ['in/archive/*']\ndrop = ['title']\n", "utf-8")
    run("batch", "in", "-o", "out", "--removed")
    assert run("compare", "in", "--against-run", "out").stdout == b""
    data = unpacked(run("review", "in", "-o", "-").stdout.decode())
    kept = {page["name"]: page["kept"] for page in data["index"]["pages"]}
    cleaned = {path: (project / "out" / path).read_text("utf-8") for path in kept}
    assert kept == {path: len(text.split()) for path, text in cleaned.items()}
    assert "The ferry" in cleaned["page.txt"] and "The ferry" not in cleaned["archive/old.txt"]
    file.write_text("[[pages]]\npath = ['in/archive/*']\ndisable = ['core.title']\n", "utf-8")
    shown = [run("rules", "list", "--for", f"in/{name}").stdout for name in ("page.txt", "archive/old.txt")]
    assert [b"core.title " in each for each in shown] == [True, False]


@pytest.mark.long
def test_packs_of_some_pages_are_compared_with_others(run: Run, project: Path) -> None:
    for name, start in (("old", "the harbour office"), ("new", "it was the first")):
        rule = f"id = 'my.r'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\nmatch = {{ starts = ['{start}'] }}\n"
        (project / f"{name}.toml").write_text(f"schema-version = 1\n[[rule]]\n{rule}", "utf-8")
    (project / "stripper.toml").write_text("[[pages]]\npath = ['in/archive/*']\nrules = ['old.toml']\n", "utf-8")
    shown = run("compare", "in", "--with", "new.toml", status=1).stdout.decode().splitlines()
    assert [line.partition(":")[0] for line in shown] == ["archive/old.txt", "+3", "-4", "page.txt", "-4"]


def test_settings_ask_for_no_more_processes_than_there_are_cores() -> None:
    assert Config(settings=Settings(jobs=100_000)).options()["jobs"] == cores()
    assert Config(settings=Settings(jobs=1)).options()["jobs"] == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("jobs = 0", ["jobs: cannot be less than 1"]),
        ("encoding = 'punycode'\nrules = ['']", ["encoding: unknown encoding 'punycode'", "rules: an empty name"]),
        ("[[pages]]\npath = ['none/*']\nencoding = 'none'", ["pages 1.encoding: unknown encoding 'none'"]),
        ("colour = 1\njob = 2", ["colour: unknown key", "job: unknown key"]),
    ],
)
def test_what_is_wrong_with_settings_is_said_of_their_file(
    run: Run, project: Path, settings: str, said: list[str]
) -> None:
    (project / "stripper.toml").write_text(settings, "utf-8")
    lines = run("strip", "in/page.txt", status=2).stderr.decode().splitlines()
    for line, expected in zip(lines, said, strict=True):
        assert line.startswith(f"stripper: {project / 'stripper.toml'}: {expected}")


def test_settings_of_some_pages_are_looked_at_before_any_page(run: Run, project: Path) -> None:
    (project / "stripper.toml").write_text("[[pages]]\npath = ['in/archive/*']\nlanguages = ['zz']\n", "utf-8")
    done = run("strip", "in/page.txt", "in/archive/old.txt", status=2)
    assert b"no language is called 'zz'" in done.stderr and not done.stdout
    run("strip", "in/page.txt")
