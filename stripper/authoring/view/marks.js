// Lines that a person says are decided wrongly: kept in this browser, saved as a pack or as a labelled page.

let marks = []; // { page, site, number, text, wanted, category, rule, near }: `near` are lines that must not follow suit
const NEAR = 2;

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden for files, by some browsers: marks last as long as the page is open
  }
}

const markKey = () => `stripper ${review.key}`;

function loadMarks() {
  try {
    const kept = storage()?.getItem(markKey());
    if (!kept) return; // nothing yet, or forbidden
    const found = JSON.parse(kept);
    marks = Array.isArray(found) ? found.filter((mark) => typeof mark?.text === "string" && typeof mark.site === "string" && Array.isArray(mark.near)) : [];
  } catch {
    marks = [];
  }
  countMarks();
}

// What was marked in another tab of the same review is shown here too, and not written over.
function takeOthersMarks(event) {
  if (event.key !== markKey()) return;
  loadMarks();
  if (byId("marks").open) showMarks();
  lines.forEach((line, at) => byId(`line-${at}`)?.replaceWith(row(line, at)));
  if (!byId("why").hidden) showWhy(active);
}

function saveMarks() {
  try {
    storage()?.setItem(markKey(), JSON.stringify(marks));
  } catch { /* no room, or forbidden */ }
  countMarks();
}

function countMarks() {
  byId("mark-count").textContent = String(marks.length);
}

// A page may have changed since one of its lines was marked, and another line have that number.
const isOf = (mark, line) => mark.number === line.number && mark.text.includes(line.text.trim());

function markOf(line) {
  const name = review.pages[current]?.name;
  return marks.find((mark) => mark.page === name && isOf(mark, line));
}

function toggleMark(at) {
  loadMarks();
  const line = lines[at];
  const mark = markOf(line);
  if (mark) marks = marks.filter((each) => each !== mark);
  else {
    const page = review.pages[current];
    marks.push({
      page: page.name, site: page.site, number: line.number, text: sentence(at), wanted: line.stays ? "go" : "stay",
      category: line.stays ? "navigation" : "body", rule: ruleName(line.rule), near: near(at),
    });
  }
  saveMarks();
  const element = row(line, at);
  byId(`line-${at}`).replaceWith(element);
  if (!byId("why").hidden) showWhy(at);
  focusLine(at);
}

// The line with the others that are pieces of the same sentence: rules see them as one.
function sentence(at) {
  let first = at;
  while (lines[first].piece) first -= 1;
  let last = at;
  while (lines[last + 1]?.piece) last += 1;
  return lines.slice(first, last + 1).map((line) => line.text.trim()).join(" ");
}

// The nearest lines of which the fate is what the mark wants, and that do not read the same: near misses of its rule.
function near(at) {
  const others = lines.map((_, place) => place)
    .filter((place) => lines[place].stays === lines[at].stays && !lines[place].piece && !lines[place + 1]?.piece)
    .filter((place) => place !== at && lines[place].text.trim() !== lines[at].text.trim());
  others.sort((a, b) => Math.abs(a - at) - Math.abs(b - at));
  return others.slice(0, NEAR).map((place) => lines[place].text.trim());
}

// A TOML string. JSON's are, but for DEL, and for halves of surrogate pairs, which TOML has no escape for.
const quoted = (text) =>
  JSON.stringify(text.toWellFormed?.() ?? text).replace(/[\u007f-\u009f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

const hasWord = (text) => /[\p{L}\p{N}]/u.test(text);
const unique = (values) => [...new Set(values)];

// The name by which rules can be for a site alone: the host of a URL, or the last folder.
function siteName(site) {
  if (site.includes("://")) return URL.canParse(site) ? new URL(site).hostname.replace(/^www\./, "") : "";
  const parts = site.split("/").filter((part) => part && part !== ".");
  return parts.find((part) => part.includes(".")) ?? parts.at(-1) ?? "";
}

function packText() {
  const groups = new Map();
  for (const mark of marks.filter((each) => hasWord(each.text))) {
    const key = `${mark.wanted === "stay" ? "keep" : mark.category} ${siteName(mark.site)}`;
    groups.set(key, [...(groups.get(key) ?? []), mark]);
  }
  const ids = new Map();
  const parts = [`# Lines that were marked in the review of ${review.title.replace(/[\u0000-\u001f\u007f]/g, " ")}: exact phrases, a start to generalise from.\nschema-version = 1\n`];
  for (const [group, some] of [...groups].sort()) {
    const [key, site] = [group.slice(0, group.indexOf(" ")), group.slice(group.indexOf(" ") + 1)];
    const keeps = key === "keep";
    ids.set(key, (ids.get(key) ?? 0) + 1);
    const texts = unique(some.map((mark) => mark.text));
    const wanted = new Set(texts.map((text) => text.toLowerCase()));
    const misses = unique(some.flatMap((mark) => mark.near)).filter((text) => hasWord(text) && !wanted.has(text.toLowerCase()));
    const list = (name, values) => `${name.padEnd(8)} = [${values.map((text) => `\n  ${quoted(text)},`).join("")}\n]\n`;
    parts.push(
      "[[rule]]\n" +
      `id       = ${quoted(`marked.${key}${ids.get(key) > 1 ? `-${ids.get(key)}` : ""}`)}\n` +
      `category = ${quoted(keeps ? "body" : key)}\n` +
      `summary  = ${quoted(keeps ? "Lines that were marked to stay" : "Lines that were marked to go")}\n` +
      `reason   = ${quoted(keeps ? "Marked as part of the article" : "Marked as no part of the article")}\n` +
      (keeps ? 'action   = "keep"\nevidence = false\n' : "") +
      (site ? `site     = [${quoted(site)}]\n` : "") +
      `match    = { whole = [${texts.map((text) => `\n  ${quoted(text)},`).join("")}\n] }\n` +
      (keeps ? list("keep", texts) + list("remove", misses) : list("remove", texts) + list("keep", misses)));
  }
  return parts.join("\n");
}

// The page with what should become of each line, as in a diff: what examples of rules look like, too.
async function labelledText(name) {
  const page = review.pages.find((each) => each.name === name);
  const ofPage = marks.filter((mark) => mark.page === name);
  return (await linesOf(page)).map((line) => {
    const mark = ofPage.find((each) => isOf(each, line));
    const stays = mark ? mark.wanted === "stay" : line.stays;
    return `${stays ? "  " : "- "}${line.text}\n`;
  }).join("");
}

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function showMarks() {
  const pages = unique(marks.map((mark) => mark.page));
  const categories = review.categories.filter((name) => !["title", "body", "heading", "layout", "duplicate"].includes(name));
  const rows = marks.map((mark) => make("li", {},
    make("span", { class: "label" }, `should ${mark.wanted}`),
    mark.wanted === "go"
      ? make("select", { "aria-label": "Category", onchange: (event) => { mark.category = event.target.value; saveMarks(); } },
        categories.map((name) => make("option", { value: name, selected: name === mark.category }, name)))
      : "",
    make("button", { type: "button", class: "link", onclick: () => {
      byId("marks").close();
      openPage(review.pages.findIndex((page) => page.name === mark.page), mark.number);
    } }, mark.text),
    make("button", { type: "button", "aria-label": "Take the mark away", onclick: () => {
      marks = marks.filter((each) => each !== mark);
      saveMarks();
      showMarks();
      if (current >= 0) openPage(current);
    } }, "×")));
  byId("marks").replaceChildren(
    make("form", { method: "dialog" }, make("button", {}, "Close")),
    make("h2", { id: "marks-name" }, count(marks.length, "marked line")),
    marks.length ? make("ul", { class: "examples" }, rows) : make("p", {}, "Mark a line that is decided wrongly with the button beside why, or with m."),
    make("div", { class: "bar" },
      make("button", { type: "button", id: "save-pack", disabled: !marks.length, onclick: () => save("marked.toml", packText()) }, "Save as a pack of rules"),
      pages.map((name) => make("button", { type: "button", class: "save-page", onclick: async () => save(`${name.split("/").pop()}.labelled.txt`, await labelledText(name)) }, `Save ${name}, labelled`))),
  );
  if (!byId("marks").open) byId("marks").showModal();
}
