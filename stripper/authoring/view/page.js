// One page: as it was, what stays of it, and why.

let current = -1; // place of the page in review.pages
let lines = []; // its lines
let active = 0; // place in lines of the one that has the keyboard

const ruleName = (at) => (at < 0 ? "" : review.rules[at].id);
const NARROW = matchMedia("(max-width: 60rem)");

async function openPage(at, number = null) {
  const page = review.pages[at];
  const found = await linesOf(page);
  current = at;
  lines = found;
  active = Math.max(0, number === null ? 0 : lines.findIndex((line) => line.number === number));
  document.body.classList.remove("listing");
  byId("name").textContent = page.title || page.name;
  byId("facts").textContent = [
    page.title && page.name, page.site, page.language, `${page.kept} of ${count(page.words, "word")} stay`,
    `${page.gone} of ${count(page.lines, "line")} removed`, page.unsure && `${page.unsure} unsure`,
    page.changed && `${page.changed} changed`,
  ].filter(Boolean).join(" · ");
  byId("notes").replaceChildren(...page.notes.map(([, rule, message]) => make("li", {}, make("b", {}, rule), `: ${message}`)));
  byId("lines").replaceChildren(...lines.map(row));
  byId("article").replaceChildren(...article());
  for (const button of byId("list").querySelectorAll("button")) {
    if (Number(button.dataset.at) === at) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  closeWhy();
  focusLine(active, number !== null);
  if (number !== null) showWhy(active);
  else byId("page").scrollTop = byId("article").scrollTop = 0;
  history.replaceState(null, "", `#page=${at}`);
}

function row(line, at) {
  const mark = markOf(line);
  const classes = ["line", line.stays ? "stays" : "goes", `c-${review.categories[line.category]}`];
  if (at && line.number > lines[at - 1].number + 1) classes.push("apart");
  if (line.was) classes.push("changed");
  if (mark) classes.push("marked");
  const said = [make("span", { class: "category" }, review.categories[line.category])];
  if (line.rule >= 0) {
    said.push(make("button", { type: "button", class: "rule", tabindex: -1, onclick: (event) => {
      event.stopPropagation();
      showRule(line.rule);
    } }, ruleName(line.rule)));
  }
  if ((line.sure ?? 100) < review.unsure) said.push(make("span", { class: "label" }, `${line.sure} % sure`));
  if (line.was) said.push(make("span", { class: "label" }, line.was[0] ? "stayed before" : "went before"));
  if (mark) said.push(make("span", { class: "label" }, `marked: ${mark.wanted}`));
  const told = `line ${line.number}, ${line.stays ? "stays" : "goes"}: `;
  return make("li", { class: classes.join(" "), id: `line-${at}`, tabindex: at === active ? 0 : -1, "aria-labelledby": `text-${at} said-${at}`, onclick: () => {
    focusLine(at);
    showWhy(at);
  } },
    make("span", { class: "number", "aria-hidden": "true" }, String(line.number)),
    make("span", { class: "text", id: `text-${at}` }, make("span", { class: "hidden" }, told), pieces(line)),
    make("span", { class: "said", id: `said-${at}` }, said));
}

// The text of a line, with what is cut out of it struck through.
function pieces(line) {
  const found = [];
  let at = 0;
  for (const [start, end, rule] of line.cuts ?? []) {
    found.push(line.text.slice(at, start), make("del", { title: ruleName(rule) }, line.text.slice(start, end)));
    at = end;
  }
  return [...found, line.text.slice(at)];
}

function article() {
  const found = [];
  lines.forEach((line, at) => {
    if (!line.stays) return;
    const category = review.categories[line.category];
    const tag = category === "title" ? "h2" : category === "heading" ? "h3" : "p";
    found.push(make(tag, { onclick: () => { focusLine(at, true); showWhy(at); } }, left(line)));
  });
  return found.length ? found : [make("p", { class: "quiet" }, "Nothing is left of this page.")];
}

function focusLine(at, scroll = false) {
  if (!lines.length) return;
  byId(`line-${active}`)?.setAttribute("tabindex", "-1");
  active = Math.min(Math.max(0, at), lines.length - 1);
  const element = byId(`line-${active}`);
  element.setAttribute("tabindex", "0");
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: scroll ? "center" : "nearest" });
}

// The next line that is worth a look, in one direction.
function nextTelling(by) {
  for (let at = active + by; at >= 0 && at < lines.length; at += by) {
    if (isTelling(lines[at])) {
      focusLine(at, true);
      showWhy(at);
      return;
    }
  }
}

function showWhy(at) {
  const line = lines[at];
  const rule = review.rules[line.rule];
  for (const element of document.querySelectorAll(".line.open")) element.classList.remove("open");
  byId(`line-${at}`).classList.add("open");
  const wanted = line.stays ? "go" : "stay";
  const facts = [
    make("div", { class: "bar" },
      make("h3", {}, `Line ${line.number} ${line.stays ? "stays" : "goes"}`),
      make("span", { class: `chip c-${review.categories[line.category]}` }, review.categories[line.category]),
      make("span", { class: "space" }),
      make("button", { type: "button", id: "mark", onclick: () => toggleMark(at) }, markOf(line) ? "Take the mark away" : `It should ${wanted}`),
      make("button", { type: "button", "aria-label": "Close", onclick: closeWhy }, "Close")),
    make("blockquote", {}, line.text),
  ];
  if (rule) {
    facts.push(make("p", {}, make("button", { type: "button", class: "rule", onclick: () => showRule(line.rule) }, rule.id), ` ${line.reason}`));
  } else {
    facts.push(make("p", {}, "No rule had a say, so the line stays."));
  }
  if (line.was) facts.push(make("p", {}, `Before: ${line.was[0] ? "stayed" : "went"}, as ${review.categories[line.was[1]]}${line.was[2] ? `, by ${line.was[2]}` : ""}.`));
  for (const [start, end, name, reason] of line.cuts ?? []) {
    facts.push(make("p", {}, "Cut: ", make("del", {}, line.text.slice(start, end)), " ",
      make("button", { type: "button", class: "rule", onclick: () => showRule(name) }, ruleName(name)), ` ${review.strings[reason]}`));
  }
  if (line.found) {
    facts.push(make("h4", {}, "What matched"), make("ul", {}, line.found.map((each) => make("li", {}, make("code", {}, review.strings[each])))));
  } else if (line.told) facts.push(...shape(line));
  if (line.piece || lines[at + 1]?.piece) facts.push(make("p", { class: "quiet" }, "One sentence with the lines beside it."));
  byId("why").replaceChildren(...facts);
  byId("why").hidden = false;
  byId(`line-${at}`).scrollIntoView({ block: "nearest" });
}

// What the shape of the page tells of a line: the chances of the four states, and the names that told most.
function shape(line) {
  const most = Math.max(...line.told.map(([, worth]) => Math.abs(worth)), 1);
  return [
    make("p", {}, line.sure === undefined ? "The title is found apart. Of the line the shape of the page tells: " : `The shape of the page decides, and is ${line.sure} % sure. `,
      make("span", { class: "quiet" }, review.states.map((state, at) => `${state} ${line.chances[at]} %`).join(" · "))),
    make("table", {},
      make("caption", {}, "What told most"),
      make("tbody", {}, line.told.map(([name, worth]) => make("tr", { class: worth > 0 ? "for" : "against" },
        make("th", { scope: "row" }, review.strings[name]),
        make("td", {}, `${worth > 0 ? "for" : "against"} the article`),
        make("td", {}, make("meter", { min: 0, max: most, value: Math.abs(worth), "aria-hidden": "true" })),
        make("td", { class: "figure" }, `${worth > 0 ? "+" : "−"}${(Math.abs(worth) / 100).toFixed(2)}`))))),
  ];
}

function closeWhy() {
  byId("why").hidden = true;
  for (const element of document.querySelectorAll(".line.open")) element.classList.remove("open");
}

function showRule(at) {
  const rule = review.rules[at];
  const only = () => {
    byId("rule").close();
    byId("by-rule").value = rule.id;
    choose();
  };
  byId("rule").replaceChildren(
    make("form", { method: "dialog" }, make("button", {}, "Close")),
    make("h2", { id: "rule-name" }, rule.id),
    make("p", {}, make("span", { class: `chip c-${review.categories[rule.category]}` }, review.categories[rule.category]), ` ${rule.summary}`),
    make("p", {}, `Decided ${count(rule.lines, "line")} on ${count(rule.pages, "page")}. `, make("button", { type: "button", onclick: only }, "Show these pages")),
    make("h3", {}, "Lines it took"),
    make("ul", { class: "examples" }, rule.examples.map(([page, number, text]) => make("li", {},
      make("button", { type: "button", onclick: () => { byId("rule").close(); openPage(page, number); } }, text)))),
    make("h3", {}, "The rule"),
    make("pre", { tabindex: 0 }, rule.source),
  );
  byId("rule").showModal();
}
