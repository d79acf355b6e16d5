// A filter and a list of any length, of which only what is visible exists.

import { h, number, once_a_frame } from "./dom.js";

const ROW = 28;  // pixels, as in page.css
const AROUND = 8;

// rows: [{words, cells}], `words` in lower case is what the filter searches and `cells()` makes what is shown.
// on_open(index) is called for the row that is chosen. Returns {element, keep, filter}: `keep` is a second condition.
export function list({ label, rows, on_open, head }) {
  let shown = rows.map((_, index) => index);
  let chosen = -1;
  let kept = () => true;
  const filter = h("input", { type: "search", placeholder: `Filter ${label}   ( / )`, "aria-label": `Filter ${label}` });
  const count = h("output", { class: "dim count", "aria-live": "polite" });
  const window_ = h("div", { class: "rows", role: "presentation" });
  const scroll = h("div", { class: "scroll", role: "listbox", tabindex: 0, "aria-label": label }, window_);
  const id = `list-${label.replace(/\W+/g, "-")}`;

  const draw = once_a_frame(() => {
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW) - AROUND);
    const last = Math.min(shown.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / ROW) + AROUND);
    window_.replaceChildren(...shown.slice(first, last).map((row, i) =>
      h("div", {
        role: "option", id: `${id}-${row}`, class: "row", "aria-selected": row === chosen ? "true" : "false",
        style: `top:${(first + i) * ROW}px`, onclick: () => choose(row),
      }, rows[row].cells())));
  });
  const update = () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    for (let i = 0; i < rows.length; i++) {
      if (kept(i) && wanted.every((word) => rows[i].words.includes(word))) shown.push(i);
    }
    count.textContent = `${number(shown.length)} of ${number(rows.length)}`;
    window_.style.height = `${shown.length * ROW}px`;
    scroll.scrollTop = 0;
    draw();
  };
  const choose = (row) => {
    chosen = row;
    scroll.setAttribute("aria-activedescendant", `${id}-${row}`);
    const top = shown.indexOf(row) * ROW;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    if (top + ROW > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + ROW - scroll.clientHeight;
    draw();
    on_open?.(row);
  };
  const page = () => Math.max(1, Math.floor(scroll.clientHeight / ROW) - 1);
  const STEPS = { ArrowDown: () => 1, ArrowUp: () => -1, PageDown: page, PageUp: () => -page(), Home: () => -Infinity, End: () => Infinity };
  scroll.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS) || shown.length === 0) return;
    event.preventDefault();
    const at = shown.indexOf(chosen);
    choose(shown[Math.max(0, Math.min(shown.length - 1, (at < 0 ? -1 : at) + STEPS[event.key]()))]);
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") scroll.focus();
    if (event.key === "Escape") { filter.value = ""; update(); }
  });
  filter.addEventListener("input", update);
  scroll.addEventListener("scroll", draw);
  new ResizeObserver(draw).observe(scroll);
  update();
  return {
    element: h("div", { class: "list" }, h("div", { class: "tools" }, filter, count), head, scroll),
    choose, filter,
    keep: (condition) => { kept = condition; update(); },
  };
}
