// Which lines and branches the tests run, by folder: the JSON summary of gcovr.

import { h, number } from "./dom.js";
import { bar, table } from "./table.js";

const COUNTS = ["line_covered", "line_total", "branch_covered", "branch_total"];

function summed(files) {
  return Object.fromEntries(COUNTS.map((name) => [name, files.reduce((total, file) => total + (file[name] ?? 0), 0)]));
}

const share = (part, whole) => (whole === 0 ? "–" : bar(part, whole, `${number((100 * part) / whole)} %`));

export function coverage(data) {
  const folders = [...Map.groupBy(data.files, (file) => file.filename.split("/").slice(0, -1).join("/"))].sort();
  const row = (name, counts) => [name, counts.line_total, share(counts.line_covered, counts.line_total), share(counts.branch_covered, counts.branch_total)];
  const columns = ["", "lines", "run", "branches taken"];
  const left = (file) => file.line_total - file.line_covered;
  const worst = data.files.filter((file) => left(file) > 0).sort((a, b) => left(b) - left(a)).slice(0, 20);
  return {
    element: h("div", {},
      table(columns, [row("all", summed(data.files)), ...folders.map(([folder, files]) => row(folder, summed(files)))]),
      h("h2", {}, "Files with the most lines left"), table(columns, worst.map((file) => row(file.filename, summed([file]))))),
  };
}
