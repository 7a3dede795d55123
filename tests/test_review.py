"""The review in a browser: what is in the file, and that it can be used, by clicking in headless Chromium."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no chromium and chromedriver on the path")

ATTACK = """Skip to content
</script><script>document.title = "ran"</script>
<img src=x onerror="document.title = 'ran'"> <b>bold</b> &lt;i&gt; @@SCRIPT@@
]]> --> <!-- \u2028 {{ }} ${document.title = "ran"}
The ferry that ties the southern islands to the mainland left its berth on Monday, \
<svg onload="document.title='ran'"> eleven weeks after a storm tore off half of its ramp.
For a month the fare will be half of what it was, the harbour office said. \
Passengers were asked to share this article of good news with those still waiting.
Advertisement
Sign up for our newsletter and get the islands' news every morning.
© 2021 Harbour Press. All rights reserved.
"""


def unpacked(html: str) -> dict[str, Any]:
    parts = re.findall(r'<script type="text/plain" id="([\w-]+)">([A-Za-z0-9+/=]*)</script>', html)
    return {name: json.loads(gzip.decompress(base64.b64decode(text))) for name, text in parts}


def test_every_decision_is_in_the_file(run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", "samples", "--glob", "en-[fs]*.txt", "--glob", "th-*.txt", "-o", "review.html")
    html = (tmp_path / "review.html").read_text("utf-8")
    data = unpacked(html)
    pages = {page["name"]: page for page in data["index"]["pages"]}
    assert len(pages) == len([*samples.glob("en-[fs]*.txt"), *samples.glob("th-*.txt")])
    rules = [rule["id"] for rule in data["index"]["rules"]]
    for name in ("en-short.txt", "th-khao.txt", "en-fragments.txt"):
        told = json.loads(run("explain", "--format", "json", samples / name).stdout)
        page = pages[name]
        lines = data[f"part-{page['part']}"][page["at"]]
        seen = [
            (line[0], line[1], "keep" if line[2] else "remove", rules[line[4]] if line[4] >= 0 else "")
            for line in lines
        ]
        assert seen == [(row["line"], row["text"], row["action"], row["rule"]) for row in told]
    assert pages["th-khao.txt"]["language"] == "th", "which there is a filter for"
    shape = [line for line in data["part-0"][0] if len(line) > 6 and "told" in line[6]]
    assert shape and all(line[6]["told"] and sum(line[6]["chances"]) in range(98, 103) for line in shape)


def test_nothing_is_fetched_and_nothing_of_a_page_is_markup(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(ATTACK, "utf-8")
    run("review", "page.txt", "-o", "-", "--title", "<b>&'\"")
    html = run("review", "page.txt", "-o", "-").stdout.decode("utf-8")
    assert "ran" not in re.findall(r"[A-Za-z]+", re.sub(r">[A-Za-z0-9+/=]{200,}<", "><", html))
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|href)=|https?://|@import|url\(", html)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are text there")
def test_a_folder_may_have_any_name(run: Run, tmp_path: Path) -> None:
    """No text, and what a comment in a pack may not hold."""
    name = os.fsdecode(b"quay\xff\x1b[31m\n.example")
    (tmp_path / name).mkdir()
    for number in range(6):
        prose = f"The ferry number {number} sails again from Monday on, its {number} captains say.\n"
        text = f"Harbour Press of Tual\n{prose}{prose[4:].capitalize()}Subscribe to our letter\n"
        (tmp_path / name / f"{number}.txt").write_text(text)
    (tmp_path / "own.toml").write_text(
        'schema-version = 1\n[[rule]]\nid = "a.b"\ncategory = "promo"\nsummary = "s"\nreason = "r"\n'
        'match = { starts = ["the ferry number"] }\nremove = ["The ferry number"]\nkeep = ["x"]\n'
    )
    run("review", name, "-o", "review.html")
    run("compare", name, "--with", "own.toml", "--html", "changes.html", status=1)
    for made in ("review.html", "changes.html"):
        assert "<title>quay" in (tmp_path / made).read_text("utf-8")
    run("rules", "learn", name, "-o", "learned.toml")
    assert "quay" in (tmp_path / "learned.toml").read_text("utf-8")
    run("rules", "check", "learned.toml")


def test_only_a_review_is_overwritten(run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", "samples/en-short.txt")
    first = (tmp_path / "review.html").read_bytes()
    run("review", "samples/en-short.txt")
    assert (tmp_path / "review.html").read_bytes() == first
    (tmp_path / "review.html").write_text("my notes")
    done = run("review", "samples/en-short.txt", status=2)
    assert b"is no review" in done.stderr
    assert (tmp_path / "review.html").read_text() == "my notes"


@pytest.mark.long
def test_what_cannot_be_reviewed_is_named(run: Run, samples: Path, tmp_path: Path) -> None:
    (samples / "bad.txt").write_bytes(b"\x00\x01\x02" * 200)
    done = run("review", "samples", "--glob", "{bad,en-short}.txt", status=1)
    assert b"no file matches" in done.stderr
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "page.txt").symlink_to("nowhere")
    assert b"linked/page.txt: is a symbolic link" in run("review", "linked", status=1).stderr  # why there is none
    done = run("review", "samples/bad.txt", "samples/en-short.txt", status=1)
    assert b"bad.txt" in done.stderr
    assert (tmp_path / "review.html").exists()
    assert b"no such file" in run("review", "nowhere\udcff", status=1).stderr
    (tmp_path / "many.jsonl").write_text('{"text": "a"}\n')
    assert b"many.jsonl: holds records" in run("review", "many.jsonl", status=2).stderr


def test_cuts_stand_where_a_browser_counts_them(run: Run, tmp_path: Path) -> None:
    rule = "id = 'my.r'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\naction = 'trim'\n"
    match = "match = { pattern = ['(?<cut>eleven weeks)'] }\n"
    (tmp_path / "my.toml").write_text(f"schema-version = 1\n[[rule]]\n{rule}{match}", "utf-8")
    text = "\U0001f6a2\U0001f3dd The ferry sails again after eleven weeks at the pier of Tual, its captain says."
    (tmp_path / "page.txt").write_text(text, "utf-8")
    data = unpacked(run("review", "page.txt", "--rules", "my.toml", "-o", "-").stdout.decode())
    start, end, *_ = data["part-0"][0][0][6]["cuts"][0]
    seen = text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
    assert seen.strip() == "eleven weeks"


@pytest.mark.long
def test_a_rule_that_cuts_out_of_lines_is_counted(run: Run, tmp_path: Path) -> None:
    rule = "id = 'my.r'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\naction = 'trim'\n"
    match = "match = { pattern = ['(?<cut>eleven weeks)'] }\n"
    (tmp_path / "my.toml").write_text(f"schema-version = 1\n[[rule]]\n{rule}{match}", "utf-8")
    (tmp_path / "page.txt").write_text(ATTACK, "utf-8")
    html = run("review", "page.txt", "--rules", "my.toml", "-o", "-").stdout.decode()
    [own] = [each for each in unpacked(html)["index"]["rules"] if each["id"] == "my.r"]
    assert (own["lines"], own["pages"], len(own["examples"])) == (1, 1, 1)


@pytest.mark.long
def test_a_sample_is_the_same_each_time(run: Run, samples: Path) -> None:
    html = [run("review", "samples", "--sample", "5", "-o", "-").stdout.decode() for _ in range(2)]
    assert html[0] == html[1]
    assert len(unpacked(html[0])["index"]["pages"]) == 5


CONTRAST = r"""
    const light = (color) => {
        const part = (at) => ((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))(at / 255);
        const [red, green, blue] = color.match(/[\d.]+/g).map((each) => part(Number(each)));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = (element) => {
        const own = getComputedStyle(element).backgroundColor;
        return own === "rgba(0, 0, 0, 0)" && element.parentElement ? ground(element.parentElement) : own;
    };
    for (const name of review.categories) {
        byId("lines").append(make("li", { class: `line goes c-${name}` }, make("span", { class: "text" }, name),
            make("span", { class: "said" }, make("span", { class: "category" }, name),
                make("a", { class: "rule" }, name), make("span", { class: `chip c-${name}` }, name))));
    }
    showWhy(lines.findIndex((line) => line.told));
    const pale = {};
    for (const element of document.querySelectorAll("body *")) {
        const shown = element.offsetParent && !element.disabled && !element.closest(".hidden");
        if (!shown || ![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
        const [one, other] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
        const ratio = (other + 0.05) / (one + 0.05);
        if (ratio < 4.5) pale[`${element.tagName} ${element.className} ${element.textContent.slice(0, 30)}`] = ratio;
    }
    return pale;
"""

# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    folder = tmp_path_factory.mktemp("browser")
    options = webdriver.ChromeOptions()
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--window-size=1400,900",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(folder)})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.downloads = folder
    yield driver
    driver.quit()


def _until(true: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within 20 s: {what}")


def _open(browser: Any, path: Path) -> None:
    browser.get(path.as_uri())
    _until(
        lambda: browser.execute_script("return document.documentElement.dataset.ready") == "yes", "the review is open"
    )


def _one(browser: Any, css: str) -> Any:
    return browser.find_element("css selector", css)


def _all(browser: Any, css: str) -> list[Any]:
    return browser.find_elements("css selector", css)  # type: ignore[no-any-return]


@needs_browser
def test_text_of_a_page_does_nothing(browser: Any, run: Run, tmp_path: Path) -> None:
    (tmp_path / "<img src=x onerror=alert(1)>.txt").write_text(ATTACK, "utf-8")
    run(
        "review",
        tmp_path / "<img src=x onerror=alert(1)>.txt",
        "-o",
        "attack.html",
        "--title",
        "</title><script>alert(1)</script>",
    )
    _open(browser, tmp_path / "attack.html")
    _one(browser, ".line.goes .rule").click()
    _one(browser, "#rule button").click()
    shown = [each.get_property("textContent") for each in _all(browser, ".line .text")]
    for number, line in enumerate(ATTACK.split("\n")[:5]):
        assert shown[number].endswith(line), "the text stands there as it is"
    assert not _all(browser, "#columns img, #columns svg, #columns b:not(#notes b), #rule img, header script")
    assert browser.execute_script("return document.scripts.length") == 3  # index, one part, the view
    assert "ran" not in browser.title
    blocked = browser.execute_script("""
        const script = document.createElement("script");
        script.textContent = "document.title = 'ran'";
        document.body.append(script);
        return document.title;
    """)
    assert blocked != "ran", "the policy lets no other script run"


@pytest.mark.long
@needs_browser
def test_a_person_looks_marks_and_takes_the_marks_home(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", "samples", "--glob", "en-*[a-z].txt", "-o", "review.html", "--title", "a\n\x1bb")
    _open(browser, tmp_path / "review.html")
    rows = _all(browser, "#list button")
    assert len(rows) == len(list(samples.glob("en-*[a-z].txt")))
    assert "no article" in rows[0].text, "what to look at first stands first"

    search = _one(browser, "#by-text")
    search.send_keys("eleven weeks after a storm tore off half of its ramp")
    _until(lambda: len(_all(browser, "#list button")) < len(rows), "the search")
    found = _until(lambda: [each for each in _all(browser, "#list button") if "en-short.txt" in each.text], "the page")
    found[0].click()
    _until(lambda: "en-short.txt" in _one(browser, "#facts").text, "the page is open")
    short = (samples / "en-short.clean.txt").read_text("utf-8").splitlines()
    assert [each.text for each in _all(browser, "#article > *")] == short

    taken = next(each for each in _all(browser, ".line.goes") if "Read also" in each.text)
    assert "related" in taken.text
    assert "en.related.read-also" in taken.text
    taken.click()
    assert "read also" in _one(browser, "#why").text.lower()
    _one(browser, "#mark").click()
    kept = next(each for each in _all(browser, ".line.stays") if "For a month" in each.text)
    kept.click()
    why = _one(browser, "#why")
    assert "% sure" in why.text
    assert 1 <= len(why.find_elements("css selector", "tbody tr")) <= 5
    _one(browser, "body").send_keys("m")
    assert _one(browser, "#mark-count").text == "2"

    next(each for each in _all(browser, ".line.goes .rule") if each.text == "en.related.read-also").click()
    rule = _one(browser, "#rule")
    assert 'id       = "en.related.read-also"' in rule.text
    assert "Read also: Why the harbour wall is still not mended" in rule.text
    rule.find_element("css selector", "form button").click()

    _open(browser, tmp_path / "review.html")
    assert _one(browser, "#mark-count").text == "2", "marks outlive the page"
    _one(browser, "#open-marks").click()
    _one(browser, "#save-pack").click()
    _one(browser, ".save-page").click()
    pack = _until(lambda: next(browser.downloads.glob("marked.toml"), None), "the pack")
    page = _until(lambda: next(browser.downloads.glob("en-short.txt.labelled.txt"), None), "the labelled page")
    saved = tomllib.loads(pack.read_text("utf-8"))["rule"]
    assert {rule["id"] for rule in saved} == {"marked.keep", "marked.navigation"}
    assert all(rule["site"] == ["samples"] for rule in saved)
    run("rules", "check", pack)
    run("rules", "test", pack)
    text = run("strip", "--rules", pack, samples / "en-short.txt").stdout.decode()
    assert "Read also: Why the harbour wall" in text
    assert "For a month" not in text
    labelled = page.read_text("utf-8")
    assert "- Advertisement\n" in labelled
    assert "  Read also: Why the harbour wall" in labelled
    assert "- For a month" in labelled


@pytest.mark.long
@needs_browser
def test_marks_of_two_tabs_are_one_list(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", samples / "en-short.txt", "-o", "review.html", "--title", "two tabs")
    first = browser.current_window_handle
    _open(browser, tmp_path / "review.html")
    browser.switch_to.new_window("tab")
    _open(browser, tmp_path / "review.html")
    browser.execute_script("toggleMark(0)")
    browser.switch_to.window(first)
    _until(lambda: _one(browser, "#mark-count").text == "1", "the mark of the other tab")
    browser.execute_script("toggleMark(1)")
    browser.refresh()
    _until(lambda: _one(browser, "#mark-count").text == "2", "both marks")


@pytest.mark.long
@needs_browser
def test_a_mark_is_of_a_line_that_says_the_same(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    page = samples / "en-short.txt"
    run("review", page, "-o", "review.html", "--title", "changed")
    _open(browser, tmp_path / "review.html")
    browser.execute_script("toggleMark(1); toggleMark(2)")
    lines = page.read_text("utf-8").splitlines(keepends=True)
    page.write_text("".join([*lines[:2], "A line that was not there.\n", *lines[2:]]), "utf-8")
    run("review", page, "-o", "review.html", "--title", "changed")
    _open(browser, tmp_path / "review.html")
    assert browser.execute_script("return lines.filter(markOf).map((line) => line.number)") == [2]
    text = browser.execute_async_script("labelledText(review.pages[0].name).then(arguments[0])")
    assert text.splitlines()[1].startswith("  Home") and "A line that was not there.\n" in text


@pytest.mark.long
@needs_browser
def test_the_guide_shows_what_marks_are_saved_as(browser: Any, run: Run, tmp_path: Path) -> None:
    docs = Path(__file__).resolve().parent.parent / "docs"
    shutil.copytree(docs / "quay.example", tmp_path / "quay.example")
    run("rules", "learn", "quay.example", "-o", "quay.toml")
    run("review", "quay.example", "--rules", "quay.toml")
    _open(browser, tmp_path / "review.html")
    next(each for each in _all(browser, "#list button") if "wall.txt" in each.text).click()
    line = _until(lambda: [each for each in _all(browser, ".line.goes") if "In short" in each.text], "the line")
    line[0].click()
    _one(browser, "body").send_keys("m")
    saved = browser.execute_script("return packText()")
    guide = (docs / "rule-authors.md").read_text("utf-8")
    [shown] = re.findall(r"^```toml\n(\[\[rule\]\]\n.*?)^```$", guide, re.M | re.S)
    assert shown in saved


@pytest.mark.long
@needs_browser
def test_pages_are_found_by_what_is_asked_for(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    for folder, names in (("a.example", ("en-short", "en-thread")), ("b.example", ("de-presse", "th-khao"))):
        (tmp_path / "in" / folder).mkdir(parents=True)
        for name in names:
            shutil.copy(samples / f"{name}.txt", tmp_path / "in" / folder)
    run("review", "in", "-o", "found.html")
    _open(browser, tmp_path / "found.html")
    from selenium.webdriver.support.select import Select

    def found(wanted: set[str], **chosen: str) -> None:
        browser.execute_script("byId('filters').reset()")
        for field, value in chosen.items():
            Select(_one(browser, f"#by-{field}")).select_by_value(value)
        _until(lambda: shown() == wanted, f"{wanted} by {chosen}")
        assert _one(browser, "#found").text == f"{len(wanted)} page{'s' * (len(wanted) > 1)} of 4"

    def shown() -> set[str]:
        script = "return [...byId('list').querySelectorAll('button')].map((each) => review.pages[each.dataset.at].name)"
        return {Path(name).stem for name in browser.execute_script(script)}

    found({"en-short", "en-thread"}, site="in/a.example/")
    found({"th-khao"}, language="th")
    found({"de-presse"}, site="in/b.example/", language="de")
    found({"en-short"}, rule="en.related.read-also")
    data = unpacked((tmp_path / "found.html").read_text("utf-8"))["index"]
    comments = data["categories"].index("comments")
    pages = {Path(page["name"]).stem for page in data["pages"] if comments in page["categories"]}
    assert 0 < len(pages) < 4
    found(pages, category="comments")


@pytest.mark.long
@needs_browser
def test_all_can_be_read_in_light_and_dark(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", "samples/en-short.txt", "-o", "seen.html")
    for scheme in ("dark", "light"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        _open(browser, tmp_path / "seen.html")
        assert browser.execute_script(CONTRAST) == {}, "contrast of text, below 4.5 to 1"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    told = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    names = [node["name"]["value"] for node in told if node.get("role", {}).get("value") == "listitem"]
    assert "line 1, goes: Skip to content navigation en.navigation.skip" in names


@pytest.mark.long
@needs_browser
def test_keys_alone_are_enough(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    run("review", "samples", "--glob", "de-*[a-z].txt", "-o", "keys.html")
    _open(browser, tmp_path / "keys.html")

    def press(*keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(browser).send_keys(*keys).perform()

    first = _one(browser, "#facts").text
    press("j")
    _until(lambda: _one(browser, "#facts").text != first, "the next page")
    press("\ue015", "\ue015", "\ue007")  # down, down, Enter
    assert _one(browser, "#why blockquote").text == _one(browser, "#line-2 .text").text.partition(": ")[2].strip()
    assert browser.execute_script("return document.activeElement.id") == "line-2"
    press("v")
    assert _one(browser, "#view").get_attribute("data-view") == "page"
    press("\ue00c")
    assert not _one(browser, "#why").is_displayed()
    press("/")
    assert browser.execute_script("return document.activeElement.id") == "by-text"
    press("j")
    assert _one(browser, "#by-text").get_property("value") == "j"
    _one(browser, "#open-help").click()
    browser.execute_script("document.activeElement.blur()")  # as a click beside its buttons does in some browsers
    press("m")
    assert _one(browser, "#open-marks").text == "0 marked", "keys are for what is seen"
    press("\ue00c")
    assert not _one(browser, "#help").is_displayed()
    unnamed = browser.execute_script("""
        return [...document.querySelectorAll("button, select, input, section, nav, aside, dialog")].filter((each) =>
            !each.textContent.trim() && !each.ariaLabel && !each.labels?.length && !each.getAttribute("aria-labelledby")
        ).map((each) => each.outerHTML);
    """)
    assert unnamed == [], "each control has a name for a screen reader"


@pytest.mark.long
@needs_browser
def test_nothing_is_wider_than_the_screen(browser: Any, run: Run, samples: Path, tmp_path: Path) -> None:
    (samples / "en-long.txt").write_text("Skip to content\n" + "x" * 3000 + "\n" + ATTACK, "utf-8")
    run("review", "samples/en-long.txt", "samples/en-short.txt", "-o", "wide.html")
    for width in (1400, 900, 420):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        _open(browser, tmp_path / "wide.html")
        for view in ("page", "article", "both"):
            browser.execute_script(f"setView('{view}')")
            over = browser.execute_script("""
                return [document.documentElement, ...document.querySelectorAll("#page, #article, main")]
                    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.tagName + each.id);
            """)
            assert over == [], (width, view)
        assert browser.execute_script("return document.documentElement.scrollHeight <= innerHeight")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
