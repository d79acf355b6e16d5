// Planted bugs and who found them (reports/mutants.json): a heat map of layers and judges, and every mutant.

import { h, number } from "./dom.js";
import { list } from "./list.js";
import { bar, heat_map, table } from "./table.js";

const standing = (row) => (row.equivalent ? ["○", "equivalent"] : row.killed_by > 0 ? ["✓", "killed"] : ["✗", "survives"]);

function said(row) {
  const [sign, words] = standing(row);
  return [
    h("h2", {}, row.id), h("p", { class: "why" }, row.why), h("p", {}, `Layer ${row.layer}, breaks ${row.requirement}. ${sign} ${words}.`),
    row.equivalent ? h("p", {}, row.equivalent) : null,
    table(["judge", "", "by", "how", "CPU s"], row.verdicts.map((verdict) =>
      [verdict.judge, verdict.killed ? "✓ killed" : "– missed", h("code", {}, verdict.killer), verdict.how, verdict.cpu_seconds])),
  ].filter(Boolean);
}

export function mutants(data) {
  const counted = data.mutants.filter((row) => !row.equivalent);
  const layers = new Map([...Map.groupBy(counted, (row) => row.layer)].sort());
  const names = [...layers.keys()];
  const killed = counted.filter((row) => row.killed_by > 0).length;
  // Of the mutants of a layer, those that a judge kills; nothing where it was not asked about any of them.
  const kills = (layer, judge) => {
    const verdicts = layers.get(layer).flatMap((row) => row.verdicts.filter((verdict) => verdict.judge === judge));
    return verdicts.length === 0 ? null : verdicts.filter((verdict) => verdict.killed).length;
  };
  const detail = h("article", { class: "detail", "aria-live": "polite" }, h("p", { class: "dim" }, "Choose a mutant to see what it breaks and who noticed."));
  const rows = list({
    label: "mutants",
    rows: data.mutants.map((row) => {
      const [sign, words] = standing(row);
      return {
        words: [row.id, row.layer, row.requirement, row.why, row.first_killer, words].join(" ").toLowerCase(),
        cells: () => [h("span", { class: `sign ${words === "survives" ? "unexpected" : "expected"}` }, sign), h("span", { class: "id" }, row.id),
          h("span", { class: "dim" }, words === "killed" ? `by ${row.killed_by}, first ${row.first_killer.split(":")[0]}` : words)],
      };
    }),
    on_open: (index) => detail.replaceChildren(...said(data.mutants[index])),
  });
  return {
    element: h("div", {},
      h("p", { class: `big ${killed === counted.length ? "expected" : "unexpected"}` }, `${killed === counted.length ? "✓" : "✗"} ${number(killed)} of ${number(counted.length)} killed`),
      h("p", { class: "dim" }, `${counted.filter((row) => row.killed_by > 1).length} by two judges or more; ${counted.filter((row) => row.quiet).length} show only under fault, attack, time or at a limit; ${data.mutants.length - counted.length} change nothing that can be seen.`),
      table(["layer", "mutants", "killed"], [...layers].map(([layer, all]) => {
        const dead = all.filter((row) => row.killed_by > 0).length;
        return [layer, all.length, bar(dead, all.length, `${dead === all.length ? "✓" : "✗"} ${dead}`)];
      })),
      h("h2", {}, "Who kills what"), h("p", { class: "dim" }, "Mutants of a layer that a judge kills on its own; – where it was not asked."),
      heat_map("layer", names, data.judges, (y, x) => kills(names[y], data.judges[x])),
      h("h2", {}, "Mutants"), h("div", { class: "split" }, rows.element, detail)),
    filter: rows.filter,
  };
}
