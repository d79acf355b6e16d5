// Benchmark ratios (`./dev bench --json`): ours against a yardstick measured in the same run, with history.

import { h, number, svg } from "./dom.js";
import { bar, table } from "./table.js";

const [WIDTH, HEIGHT] = [120, 22];

// Ratios run after run, the newest at the right; `null` where a run did not measure.
function sparkline(ratios) {
  const known = ratios.filter((ratio) => ratio !== null);
  if (known.length < 2) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i) => 3 + ((WIDTH - 6) * i) / (ratios.length - 1);
  const y = (ratio) => 3 + (HEIGHT - 6) * (high === low ? 0.5 : (high - ratio) / (high - low));
  const points = ratios.flatMap((ratio, i) => (ratio === null ? [] : [`${x(i).toFixed(1)},${y(ratio).toFixed(1)}`]));
  return svg("svg", { width: WIDTH, height: HEIGHT, class: "spark", role: "img", "aria-label": known.map(number).join(", ") },
    svg("polyline", { points: points.join(" ") }), svg("circle", { cx: points.at(-1).split(",")[0], cy: points.at(-1).split(",")[1], r: 2.5 }));
}

// data.runs: [{name, rows}], the oldest first.
export function bench(data) {
  const names = [...new Set(data.runs.flatMap((run) => run.rows.map((row) => row.name)))];
  const found = (run, name) => run.rows.find((row) => row.name === name);
  const latest = names.map((name) => data.runs.map((run) => found(run, name)).filter(Boolean).at(-1));
  const most = Math.max(...latest.map((row) => row.ratio));
  return {
    element: h("div", {},
      h("p", { class: "dim" }, `Machines are noisy: only the ratio to a yardstick of the same run counts. Runs, the oldest first: ${data.runs.map((run) => run.name).join(", ")}.`),
      table(["benchmark", "ours", "yardstick", "unit", "ratio", "history"], latest.map((row) =>
        [row.name, row.ours, row.yardstick, row.unit, bar(row.ratio, most, number(row.ratio)),
          sparkline(data.runs.map((run) => found(run, row.name)?.ratio ?? null))]))),
  };
}
