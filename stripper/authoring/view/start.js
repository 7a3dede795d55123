// Keys, buttons, and the first page.

const VIEWS = ["page", "article", "both"];

function setView(name) {
  byId("view").dataset.view = name;
  for (const button of byId("views").children) button.setAttribute("aria-pressed", String(button.dataset.view === name));
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => focusLine(active + 1),
  ArrowUp: () => focusLine(active - 1),
  n: () => nextTelling(1),
  p: () => nextTelling(-1),
  Enter: () => lines.length && showWhy(active),
  r: () => lines[active]?.rule >= 0 && showRule(lines[active].rule),
  m: () => lines.length && toggleMark(active),
  v: () => setView(VIEWS[(VIEWS.indexOf(byId("view").dataset.view) + 1) % VIEWS.length]),
  "/": () => {
    document.body.classList.add("listing");
    byId("by-text").focus();
  },
  "?": () => byId("help").showModal(),
  Escape: () => {
    document.body.classList.remove("listing");
    closeWhy();
  },
};

function onKey(event) {
  const at = event.target;
  if (document.querySelector("dialog[open]")) return; // wherever the focus is: a click beside its buttons may take it
  const elsewhere = at.closest("input, select, textarea") || (event.key === "Enter" && at.closest("button"));
  const typing = elsewhere && event.key !== "Escape";
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
  const inList = at.closest("nav") && event.key.startsWith("Arrow");
  if (inList) return;
  event.preventDefault();
  KEYS[event.key]();
}

async function start() {
  review = await unpacked("index");
  byId("title").textContent = review.title;
  const all = (key) => review.pages.reduce((sum, page) => sum + page[key], 0);
  byId("summary").textContent =
    `${count(review.pages.length, "page")}, ${percent(all("gone"), all("lines"))} of the lines removed, ${count(all("unsure"), "line")} unsure`;
  loadMarks();
  prepareList();
  setView(NARROW.matches ? "page" : "both");
  document.addEventListener("keydown", onKey);
  window.addEventListener("storage", takeOthersMarks);
  for (const button of byId("views").children) button.addEventListener("click", () => setView(button.dataset.view));
  byId("open-list").addEventListener("click", () => document.body.classList.toggle("listing"));
  byId("open-marks").addEventListener("click", showMarks);
  byId("open-help").addEventListener("click", () => byId("help").showModal());
  await choose();
  const asked = Number(/^#page=(\d+)$/.exec(location.hash)?.[1] ?? chosen[0] ?? -1);
  if (review.pages[asked]) await openPage(asked);
  document.documentElement.dataset.ready = "yes";
}

start();
