// What the project promises, with what was measured: reports/numbers.json.

import { h } from "./dom.js";
import { table } from "./table.js";

const reached = (row) => {
  if (typeof row.reached !== "boolean") return "–";
  return h("span", { class: row.reached ? "expected" : "unexpected" }, row.reached ? "✓ reached" : "✗ missed");
};

export function goals(data) {
  return {
    element: h("div", {}, Object.entries(data.steps).map(([step, { date, machine, rows }]) => [
      h("h2", {}, step), h("p", { class: "dim" }, `${date}, ${machine}`),
      table(["what", "measured", "goal", "unit", "", "detail"], rows.map((row) =>
        [row.what, row.measured, row.goal === null ? "" : `${row.at_most ? "≤" : "≥"} ${row.goal}`, row.unit, reached(row), row.detail]))])),
  };
}
