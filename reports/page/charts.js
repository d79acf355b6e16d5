// The lines of a run over time, in charts by uPlot that share one span of time.

import uPlot from "uplot";
import { h } from "./dom.js";
import { places, sampled } from "./sample.js";

const [HEIGHT, LINES_MAX] = [190, 12];
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3]];  // lines differ without colour, too

const colours = (element) => {
  const style = getComputedStyle(element);
  const named = (name) => style.getPropertyValue(name).trim();
  return { text: named("--text"), grid: named("--edge"), lines: [0, 1, 2, 3, 4, 5].map((i) => named(`--line-${i}`)) };
};

// From 0, unless all values are far from it.
const span_of = (low, high) => (low > 0.7 * high && high > low ? [low - 0.1 * (high - low), high + 0.1 * (high - low)] : [Math.min(0, low), (high || 1) * 1.05]);

// One chart: {title, unit, lines: [{name, at, value}]}, times in us. `zoomed(start, end)` is called when a span is chosen.
function chart_of(chart, box, width, view, zoomed) {
  const lines = chart.lines.slice(0, LINES_MAX);
  const data = () => {
    const pixels = width - 70;
    return [places(view.start, view.end, pixels), ...lines.map((line) => sampled(line, view.start, view.end, pixels))];
  };
  const { text, grid, lines: palette } = colours(document.documentElement);
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const seconds = () => view.end - view.start > 2e6;
  const plot = new uPlot({
    width, height: HEIGHT,
    title: `${chart.title}${chart.unit ? ` (${chart.unit})` : ""}`,
    cursor: { sync: { key: "run" }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: false, range: () => [view.start, view.end] }, y: { range: (_, low, high) => span_of(low ?? 0, high ?? 0) } },
    axes: [{ ...axis, space: 90, values: (_, ticks) => ticks.map((at) => (seconds() ? `${+(at / 1e6).toFixed(3)} s` : `${+(at / 1e3).toFixed(3)} ms`)) }, { ...axis, size: 62 }],
    series: [
      { label: "time", value: (_, at) => (at === null ? "" : `${(at / 1e3).toFixed(3)} ms`) },
      ...lines.map((line, i) => ({ label: line.name, stroke: palette[i % palette.length], dash: DASHES[Math.floor(i / palette.length) % DASHES.length], width: 1.4, spanGaps: true, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } })),
    ],
    hooks: {
      setSelect: [(self) => {
        const { left, width: chosen } = self.select;
        if (chosen < 3) return;
        zoomed(self.posToVal(left, "x"), self.posToVal(left + chosen, "x"));
        self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  }, data(), box);
  return {
    draw: () => plot.setData(data()),
    resize: (wider) => {
      width = wider;
      plot.setSize({ width, height: HEIGHT });
      plot.setData(data());
    },
    remove: () => plot.destroy(),
  };
}

export function charts(all, view, zoomed) {
  const element = h("div", { class: "charts" });
  let drawn = [];
  let boxes = [];
  // All are measured before any is drawn: to measure between two changes lays the whole page out anew.
  const widths = () => boxes.map((box) => Math.max(280, box.clientWidth));
  const make = () => {
    for (const each of drawn) each.remove();
    boxes = all.map((chart) => h("div", { class: "chart", role: "img", "aria-label": chart.title }));
    element.replaceChildren(...boxes);
    const wide = widths();
    drawn = all.map((chart, i) => chart_of(chart, boxes[i], wide[i], view, zoomed));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", make);
  addEventListener("resize", () => {
    const wide = widths();
    drawn.forEach((each, i) => each.resize(wide[i]));
  });
  return { element, make, draw: () => drawn.forEach((each) => each.draw()) };
}
