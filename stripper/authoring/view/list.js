// The list of pages: which there are, and in which order.

const PER_LEAF = 40;
let chosen = []; // places in review.pages
let leaf = 0;
let search = 0; // number of the search that goes on; an older one stops

const ORDERS = {
  "look at first": (page) => -page.concern,
  "share removed": (page) => -(1 - page.kept / (page.words || 1)),
  "unsure lines": (page) => -page.unsure,
  "changed lines": (page) => -(page.changed ?? 0),
  "longest": (page) => -page.words,
  "name": () => 0,
};

const KINDS = {
  "nothing left": (page) => page.words > 0 && page.kept === 0,
  "no article": (page) => page.notes.some(([kind]) => kind === "no-body"),
  "guard tripped": (page) => page.notes.some(([kind]) => kind === "guard"),
  "rule out of time": (page) => page.notes.some(([kind]) => kind === "timeout"),
  "most removed": (page) => page.words > 0 && page.kept > 0 && page.kept < 0.1 * page.words,
  "unsure lines": (page) => page.unsure > 0,
  "changed lines": (page) => (page.changed ?? 0) > 0,
  "marked": (page) => marks.some((mark) => mark.page === page.name),
};
const WEIGHTS = { "nothing left": 1000, "no article": 500, "guard tripped": 300, "rule out of time": 300, "most removed": 200 };

function prepareList() {
  for (const page of review.pages) {
    page.labels = Object.keys(WEIGHTS).filter((kind) => KINDS[kind](page));
    const heavy = page.labels.reduce((sum, kind) => sum + WEIGHTS[kind], 0);
    page.concern = heavy + 1000 * (page.changed ?? 0) + (100 * page.unsure) / (page.lines || 1);
  }
  const compared = review.pages.some((page) => page.changed !== undefined);
  const all = (key) => [...new Set(review.pages.map((page) => page[key]).filter(Boolean))].sort();
  options("by-site", "all sites", all("site"));
  options("by-language", "all languages", all("language"));
  const categories = [...new Set(review.pages.flatMap((page) => page.categories))].sort((a, b) => a - b);
  options("by-category", "all categories", categories.map((at) => review.categories[at]));
  const used = [...new Set(review.pages.flatMap((page) => page.rules))].map((at) => review.rules[at]);
  used.sort((a, b) => b.lines - a.lines);
  options("by-rule", "all rules", used.map((rule) => rule.id), used.map((rule) => `${rule.id} (${rule.lines})`));
  const apart = (name) => compared || name !== "changed lines";
  options("by-kind", "all pages", Object.keys(KINDS).filter(apart));
  options("order", null, Object.keys(ORDERS).filter(apart));
  byId("by-text").addEventListener("input", () => choose());
  for (const select of byId("filters").querySelectorAll("select")) select.addEventListener("change", () => choose());
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("earlier").addEventListener("click", () => showList(leaf - 1));
  byId("later").addEventListener("click", () => showList(leaf + 1));
}

function options(id, every, values, labels = values) {
  const select = byId(id);
  if (every !== null) select.append(make("option", { value: "" }, every));
  select.append(...values.map((value, at) => make("option", { value }, labels[at])));
  select.disabled = select.options.length < 2;
}

// The places of the pages that the filters let through, in order. A text is looked for in names first, then in pages.
async function choose() {
  const mine = ++search;
  const wanted = (id) => byId(id).value;
  const rule = review.rules.findIndex((each) => each.id === wanted("by-rule"));
  const category = review.categories.indexOf(wanted("by-category"));
  const kind = KINDS[wanted("by-kind")];
  let places = review.pages.map((_, at) => at).filter((at) => {
    const page = review.pages[at];
    return (
      (!wanted("by-site") || page.site === wanted("by-site")) &&
      (!wanted("by-language") || page.language === wanted("by-language")) &&
      (category < 0 || page.categories.includes(category)) &&
      (rule < 0 || page.rules.includes(rule)) &&
      (!kind || kind(page))
    );
  });
  const text = wanted("by-text").trim().toLowerCase();
  if (text) {
    byId("found").textContent = "searching…";
    const held = [];
    for (const at of places) {
      const page = review.pages[at];
      const named = `${page.name} ${page.title}`.toLowerCase().includes(text);
      if (named || (await linesOf(page)).some((line) => line.text.toLowerCase().includes(text))) held.push(at);
      if (mine !== search) return;
    }
    places = held;
  }
  const worth = ORDERS[wanted("order")];
  places.sort((a, b) => worth(review.pages[a]) - worth(review.pages[b]) || a - b);
  chosen = places;
  byId("found").textContent = `${count(places.length, "page")} of ${review.pages.length.toLocaleString("en")}`;
  showList(0);
}

function showList(which) {
  const leaves = Math.max(1, Math.ceil(chosen.length / PER_LEAF));
  leaf = Math.min(Math.max(0, which), leaves - 1);
  byId("list").start = leaf * PER_LEAF + 1;
  byId("list").replaceChildren(...chosen.slice(leaf * PER_LEAF, (leaf + 1) * PER_LEAF).map(entry));
  byId("place").textContent = `${leaf + 1} of ${leaves}`;
  byId("earlier").disabled = leaf === 0;
  byId("later").disabled = leaf === leaves - 1;
}

function entry(at) {
  const page = review.pages[at];
  const gone = 1 - page.kept / (page.words || 1);
  const labels = [...page.labels];
  if (page.changed) labels.push(`${page.changed} changed`);
  else if (page.unsure) labels.push(`${page.unsure} unsure`);
  const button = make(
    "button",
    { type: "button", "aria-current": at === current ? "page" : false, onclick: () => openPage(at), "data-at": at },
    make("span", { class: "entry-title" }, page.title || page.name),
    make("span", { class: "quiet" }, page.title ? page.name : ""),
    make("span", { class: "bar" },
      make("meter", { min: 0, max: 1, value: gone.toFixed(3), "aria-label": "share of words removed" }),
      make("span", { class: "quiet" }, `${Math.round(100 * gone)} % removed`),
      labels.map((label) => make("span", { class: "label" }, label))),
  );
  return make("li", {}, button);
}

// The page so many steps from the current one, as the list has them.
function step(by) {
  const from = chosen.indexOf(current);
  const to = chosen[from < 0 ? 0 : Math.min(Math.max(0, from + by), chosen.length - 1)];
  if (to === undefined || to === current) return;
  showList(Math.floor(chosen.indexOf(to) / PER_LEAF));
  openPage(to);
}
