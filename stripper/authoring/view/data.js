"use strict";
// The pages: an index that is read at once, and parts that are unpacked when one of their pages is looked at.

const byId = (id) => document.getElementById(id);
const PARTS_HELD = 6;

async function unpacked(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

let review; // the index: title, rules, pages, and the strings that lines name by their place
const held = new Map();

async function linesOf(page) {
  if (!held.has(page.part)) {
    held.set(page.part, unpacked(`part-${page.part}`));
    if (held.size > PARTS_HELD) held.delete(held.keys().next().value);
  }
  return (await held.get(page.part))[page.at].map(lineOf);
}

function lineOf([number, text, stays, category, rule, reason, more = {}]) {
  return { number, text, stays: stays === 1, category, rule, reason: review.strings[reason], ...more };
}

// A line that the model is unsure of, or of which the fate has changed.
const isTelling = (line) => (line.sure ?? 100) < review.unsure || line.was !== undefined;

// What stays of a line: its text without what is cut out of it.
function left(line) {
  let text = line.text;
  for (const [start, end] of [...(line.cuts ?? [])].reverse()) text = text.slice(0, start) + text.slice(end);
  return text.trim();
}

// All that comes from pages and packs is put on the screen by this, as text.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== "" && child !== undefined && child !== null));
  return element;
}

const count = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
const percent = (part, whole) => `${whole ? Math.round((100 * part) / whole) : 0} %`;
