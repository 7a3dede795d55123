"""What a report tells: it adds up, is of bounded size, and names what a person should look at first."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Run

from stripper.cli.report import LISTED, MOST_REMOVED, Report
from stripper.model import Note
from stripper.runs.results import Result


def result(number: int, **given: object) -> Result:
    base: dict[str, object] = {"lines": 100, "lines_removed": number % 100, "bytes": 1000, "bytes_kept": 500}
    return Result(f"{number}.txt", "cleaned", **{**base, **given})  # type: ignore[arg-type]


def test_a_report_stays_small_and_names_the_worst_files() -> None:
    report = Report()
    notes = (Note("guard", "core.guard", "held back"), Note("no-body", "core.body", "no article"))
    for number in range(5000):
        report.add(result(number, notes=notes, rules=(("a", 2), (f"r{number % 7}", 1))))
        report.add(result(number, bytes_kept=0, lines_removed=100))
    told = report.as_dict()
    assert len(json.dumps(told)) < 400_000
    assert [each["share"] for each in told["most_removed"]] == [0.99] * MOST_REMOVED
    assert [each["file"] for each in told["most_removed"]][:2] == ["99.txt", "199.txt"]  # the first of equals
    assert told["empty"]["total"] == 5000 and len(told["empty"]["first"]) == LISTED
    assert told["held_back"]["total"] == told["no_article"]["total"] == 5000
    assert next(iter(told["by_rule"])) == "a" and told["by_rule"]["a"] == 10_000
    summary = report.summary(False)
    assert summary[1] == "  most removed by: a (10,000), r0 (715), r1 (715)"
    assert summary[2] == "  largest share removed: 99.txt (99%), 199.txt (99%), 299.txt (99%)"
    assert summary[3] == "  guards held rules back 5,000 times: 0.txt, 1.txt, 2.txt"
    assert summary[4] == "  nothing left of 5,000 files: 0.txt, 1.txt, 2.txt"


def test_a_run_names_what_to_look_at_first(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "a" / "gone.txt").write_text("Share\nAdvertisement\nComments (3)\n")
    wire = "The governor's office said on Monday that it had not been told of the storm until the harbour was closed.\n"
    for number in range(9):  # nine pages of nothing but what all of them have: the guard gives it back
        path = site / "c" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(wire * 3)
    said = run("batch", "site", "--output", "out", "--report", "report.json").stderr.decode()
    assert "nothing left of 1 file: site/a/gone.txt" in said
    assert "guards held rules back 9 times: site/c/0.txt, site/c/1.txt, site/c/2.txt" in said
    assert "most removed by: " in said and "largest share removed: site/" in said
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["empty"]["first"] == ["site/a/gone.txt"]
    assert {each["file"] for each in report["held_back"]["first"]} == {f"site/c/{n}.txt" for n in range(9)}
    assert report["lines"]["removed"] == sum(report["by_category"].values()) - report["by_category"].get("layout", 0)
