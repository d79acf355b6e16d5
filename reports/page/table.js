// Tables with numbers, heat maps among them: the shade is only a second way to say the number.

import { h, number } from "./dom.js";

// columns: names; rows: arrays of text, numbers or elements.
export const table = (columns, rows, attributes) =>
  h("div", { class: "wide" }, h("table", attributes,
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) =>
      i === 0 ? h("th", { scope: "row" }, cell)
        : h("td", { class: typeof cell === "number" ? "number" : null }, typeof cell === "number" ? number(cell) : cell)))))));

// value(row, column): a number, 0 where nothing was found, null where nothing was asked. Shades by logarithm: counts differ
// by thousands.
export function heat_map(corner, rows, columns, value) {
  const most = Math.max(1, ...rows.flatMap((_, y) => columns.map((_, x) => value(y, x))));
  const cell = (count) => {
    if (count === null) return h("td", { class: "number none", title: "not asked" }, "–");
    const shade = count === 0 ? 0 : 0.12 + 0.68 * (Math.log1p(count) / Math.log1p(most));
    return h("td", { class: count === 0 ? "number none" : "number heat", style: `--shade:${shade.toFixed(3)}` },
      count === 0 ? "0" : number(count));
  };
  return h("div", { class: "wide" }, h("table", { class: "heat-map" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, corner), columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((name, y) =>
      h("tr", {}, h("th", { scope: "row" }, name), columns.map((_, x) => cell(value(y, x))))))));
}

// A share as a bar with its numbers beside it.
export const bar = (part, whole, text) =>
  h("span", { class: "bar" }, h("meter", { min: 0, max: Math.max(whole, 1e-9), value: part, "aria-label": text }), " ", text);
