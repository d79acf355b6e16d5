// What fuzzing has run and found: reports/fuzz/runs.jsonl.

import { h, number } from "./dom.js";
import { table } from "./table.js";

const sum = (rows, member) => rows.reduce((total, row) => total + row[member], 0);

// Minutes count since the sources of a target changed last.
export function fuzz(data) {
  const targets = Map.groupBy(data.rows, (row) => row.target);
  const found = data.rows.flatMap((row) => row.findings.map((finding) => [row.target, h("code", {}, finding), row.commit ?? ""]));
  const count = found.length === 1 ? "1 finding" : `${number(found.length)} findings`;
  return {
    element: h("div", {},
      h("p", { class: `big ${found.length ? "unexpected" : "expected"}` }, `${found.length ? "✗" : "✓"} ${number(sum(data.rows, "runs"))} inputs, ${count}`),
      h("p", { class: "dim" }, `${number(targets.size)} targets, ${number(sum(data.rows, "seconds") / 60)} minutes of CPU.`),
      found.length ? [h("h2", {}, "Findings"), table(["target", "finding", "commit"], found)] : null,
      h("h2", {}, "Targets"), table(["target", "inputs", "CPU minutes", "of these on today's sources", "findings", "last commit"], [...targets].map(([target, rows]) => {
        const last = rows.at(-1);
        const now = rows.filter((row) => row.sources === last.sources);
        return [target, sum(rows, "runs"), sum(rows, "seconds") / 60, sum(now, "seconds") / 60, sum(rows.map((row) => ({ found: row.findings.length })), "found"), last.commit ?? ""];
      }))),
  };
}
