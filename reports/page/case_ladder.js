// What a script and the peer under test said to each other, step by step.

import { h, svg } from "./dom.js";

const [WIDTH, STEP, HEAD, LEFT, RIGHT] = [720, 24, 28, 150, 570];
const LINE = /^\s*(\d+) (->|<-|<=) (.*)$/s;

// Lines of the suite's journal: microseconds, "->" to the peer, "<-" from it, "<=" what it told its application.
export function case_ladder(lines, name) {
  const steps = lines.map((line) => LINE.exec(line)).filter(Boolean);
  const height = HEAD + STEP * (steps.length + 1);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, class: "ladder", role: "img", "aria-label": `Ladder of ${name}` },
    [["script", LEFT], ["under test", RIGHT]].map(([who, x]) =>
      [svg("text", { x, y: 16, class: "host" }, who), svg("path", { class: "life", d: `M${x} ${HEAD - 6}V${height}` })]));
  let before = "";
  steps.forEach(([, at, way, what], index) => {
    const y = HEAD + STEP * (index + 1);
    if (at !== before) picture.append(svg("text", { x: 4, y, class: "time" }, `${Number(at) / 1000} ms`));
    before = at;
    const text = what.replace(/[{}[\]"]/g, " ").replace(/\s+/g, " ").trim();
    const label = text.length > 62 ? `${text.slice(0, 61)}…` : text;
    const [start, end] = way === "->" ? [LEFT, RIGHT] : [RIGHT, LEFT];
    picture.append(way === "<="
      ? svg("text", { x: RIGHT - 8, y: y - 4, class: "event" }, `◆ ${label}`)
      : svg("g", { class: "arrow" }, svg("path", { d: `M${start} ${y}H${end}m${way === "->" ? -7 : 7} -4L${end} ${y}l${way === "->" ? -7 : 7} 4` }),
        svg("text", { x: (LEFT + RIGHT) / 2, y: y - 4 }, label)));
    picture.lastChild.append(svg("title", {}, what));
  });
  return h("div", { class: "wide" }, picture);
}
