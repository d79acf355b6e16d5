// Which requirement is kept where and tested where: `stt conform requirements --json`.

import { h, number } from "./dom.js";
import { list } from "./list.js";
import { bar, table } from "./table.js";

const standing = (row) => (row.excepted ? ["○", "excepted"] : row.covered ? ["✓", "tested"] : ["✗", "uncovered"]);

export function requirements(data) {
  const areas = Map.groupBy(data.requirements, (row) => row.id.replace(/-\d+$/, ""));
  const detail = h("article", { class: "detail", "aria-live": "polite" }, h("p", { class: "dim" }, "Choose a requirement to see who cites it."));
  const places = (title, all) => [h("h3", {}, `${title} (${all.length})`), h("ul", { class: "places" }, all.map((place) => h("li", {}, h("code", {}, place))))];
  const open = (index) => {
    const row = data.requirements[index];
    const [sign, words] = standing(row);
    detail.replaceChildren(h("h2", {}, row.id), h("p", {}, `${sign} ${words}. ${row.level}, source: ${row.source}, defined in `, h("code", {}, row.defined)),
      row.text ? h("p", { class: "why" }, row.text) : "", ...places("Tests", row.tests), ...places("Code", row.code));
  };
  const rows = list({
    label: "requirements",
    rows: data.requirements.map((row) => {
      const [sign, words] = standing(row);
      return {
        words: [row.id, row.level, row.source, row.defined, words, row.text ?? ""].join(" ").toLowerCase(),
        cells: () => [h("span", { class: `sign ${row.covered ? "expected" : "unexpected"}` }, sign), h("span", { class: "id" }, row.id),
          h("span", { class: "dim" }, `${row.level}, ${number(row.tests.length)} tests, ${words}`)],
      };
    }),
    on_open: open,
  });
  const covered = data.requirements.filter((row) => row.covered).length;
  return {
    element: h("div", {},
      h("p", { class: "big" }, `${number(covered)} of ${number(data.requirements.length)} covered`),
      table(["area", "requirements", "covered", "tests"], [...areas].map(([area, all]) => {
        const done = all.filter((row) => row.covered).length;
        return [area, all.length, bar(done, all.length, `${done === all.length ? "✓" : "✗"} ${done}`), all.reduce((sum, row) => sum + row.tests.length, 0)];
      })),
      h("h2", {}, "Requirements"), h("div", { class: "split" }, rows.element, detail)),
    filter: rows.filter,
  };
}
