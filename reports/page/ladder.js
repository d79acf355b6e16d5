// The ladder of a run: time goes down, each host is a line, each packet an arrow. It draws only what is visible: at
// most ARROWS_MAX arrows, and beyond that bands whose width says how many packets went that way.

import { number, svg } from "./dom.js";
import { density } from "./packets.js";

export const ARROWS_MAX = 1000;
const [HEIGHT, HEAD, LEFT, BANDS, LABEL, LABELLED_MAX] = [620, 30, 96, 120, 13, 150];

export const time_text = (us) => (us >= 1e6 ? `${(us / 1e6).toFixed(4)} s` : `${(us / 1e3).toFixed(3)} ms`);

export function packet_text(data, all, i) {
  const fate = all.fate[i] ? `✗ ${data.fates[all.fate[i]]}` : "arrived";
  return `${time_text(all.sent[i])} → ${time_text(all.ended[i])}  ${data.hosts[all.from[i]]} > ${data.hosts[all.to[i]]}, ` +
    `${all.bytes[i]} bytes, ${fate}${all.again[i] ? ", ↻ again" : ""}: ${data.texts[all.text[i]]}`;
}

function arrow(data, all, i, x, y, with_label) {
  const [start, end] = [x(all.from[i]), x(all.to[i])];
  const [top, low] = [y(all.sent[i]), y(all.ended[i])];
  const dropped = all.fate[i] !== 0;
  // What is dropped ends half way.
  const tip_x = dropped ? (start + end) / 2 : end;
  const tip_y = dropped ? (top + low) / 2 : low;
  const way = Math.sign(end - start) || 1;
  const tip = dropped ? `M${tip_x - 4} ${tip_y - 4}l8 8m0 -8l-8 8` : `M${tip_x - 7 * way} ${tip_y - 4}L${tip_x} ${tip_y}l${-7 * way} 4`;
  const label = `${all.again[i] ? "↻ " : ""}${data.texts[all.text[i]]}${dropped ? ` (${data.fates[all.fate[i]]})` : ""}`;
  return svg("g", { class: `arrow${dropped ? " dropped" : ""}${all.again[i] ? " again" : ""}`, "data-packet": i },
    svg("path", { class: "wide-target", d: `M${start} ${top}L${tip_x} ${tip_y}` }),
    svg("path", { d: `M${start} ${top}L${tip_x} ${tip_y}${tip}` }),
    with_label ? svg("text", { x: start + 0.5 * (tip_x - start) , y: (top + tip_y) / 2 - 4 }, label.length > 70 ? `${label.slice(0, 69)}…` : label) : null);
}

function arrows(data, all, visible, x, y) {
  // A label where it does not cover the one before it, between the same two lines.
  const free = new Map();
  return Array.from(visible, (i) => {
    const lane = Math.min(all.from[i], all.to[i]) * data.hosts.length + Math.max(all.from[i], all.to[i]);
    const at = (y(all.sent[i]) + y(all.ended[i])) / 2;
    const with_label = visible.length <= LABELLED_MAX && at >= (free.get(lane) ?? -Infinity) && at > HEAD + LABEL;
    if (with_label) free.set(lane, at + LABEL);
    return arrow(data, all, i, x, y, with_label);
  });
}

function bands(all, visible, start, end, x) {
  const pairs = density(all, visible, start, end, BANDS);
  const most = Math.max(...pairs.map((pair) => Math.max(...pair.count)));
  const step = (HEIGHT - HEAD) / BANDS;
  return pairs.map(({ from, to, count, dropped }) => {
    const gap = x(to) - x(from);
    // From the sender's line towards the other, at most to the middle: the two ways do not meet.
    const box = (row, amount, name) => {
      const width = (Math.abs(gap) * 0.46 * amount) / most;
      return svg("rect", { class: name, x: gap > 0 ? x(from) : x(from) - width, y: HEAD + row * step, width, height: Math.max(step - 1, 1) });
    };
    return Array.from(count, (amount, row) => (amount === 0 ? null : svg("g", {},
      svg("title", {}, `${number(amount)} packets, ${number(dropped[row])} dropped`),
      box(row, amount, "band"), dropped[row] ? box(row, dropped[row], "band dropped") : null)));
  });
}

// Of what is visible: the hosts it runs between (all, if nothing is), and how much of it was dropped or sent again.
function counted(data, all, visible) {
  const takes_part = new Uint8Array(data.hosts.length).fill(visible.length === 0 ? 1 : 0);
  let [dropped, again] = [0, 0];
  for (const i of visible) {
    takes_part[all.from[i]] = takes_part[all.to[i]] = 1;
    if (all.fate[i]) dropped++;
    if (all.again[i]) again++;
  }
  return { hosts: [...takes_part.keys()].filter((host) => takes_part[host]), dropped, again };
}

// Draws the span of `view` into `picture` and returns what is to be said about it.
export function draw_ladder(picture, data, all, view, matches) {
  const visible = all.visible(view.start, view.end, matches);
  const { hosts, dropped, again } = counted(data, all, visible);
  const width = Math.max(picture.parentNode.clientWidth - 2, 320, LEFT + 150 * hosts.length);
  const column = (width - LEFT - 20) / hosts.length;
  const place = new Map(hosts.map((host, i) => [host, LEFT + column * (i + 0.5)]));
  const x = (host) => place.get(host);
  const y = (at) => HEAD + ((HEIGHT - HEAD) * (at - view.start)) / (view.end - view.start);
  picture.setAttribute("width", width);
  picture.setAttribute("height", HEIGHT);
  const ticks = Array.from({ length: 9 }, (_, i) => view.start + ((view.end - view.start) * i) / 8);
  const notes = data.notes.filter(([host, at]) => at >= view.start && at <= view.end && place.has(host)).slice(0, 60);
  const is_dense = visible.length > ARROWS_MAX;
  picture.replaceChildren(
    svg("defs", {}, svg("clipPath", { id: "below-names" }, svg("rect", { x: 0, y: HEAD - 6, width, height: HEIGHT })),
      svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse" }, svg("path", { d: "M0 5L5 0", class: "hatch" }))),
    ...ticks.map((at) => svg("g", { class: "tick" }, svg("path", { d: `M${LEFT - 8} ${y(at)}H${width}` }), svg("text", { x: 4, y: Math.min(HEIGHT - 3, y(at) + 4) }, time_text(at)))),
    ...hosts.map((host) => svg("g", {}, svg("path", { class: "life", d: `M${x(host)} ${HEAD - 6}V${HEIGHT}` }), svg("text", { class: "host", x: x(host), y: 16 }, data.hosts[host]))),
    svg("g", { "clip-path": "url(#below-names)" }, is_dense ? bands(all, visible, view.start, view.end, x) : arrows(data, all, visible, x, y)),
    ...notes.map(([host, at, text]) => svg("g", { class: "note" }, svg("circle", { cx: x(host), cy: y(at), r: 3.5 }), svg("text", { x: x(host) + 7, y: Math.min(HEIGHT - 4, y(at) + 4) }, text.length > 44 ? `${text.slice(0, 43)}…` : text), svg("title", {}, `${time_text(at)}: ${text}`))));
  return `${number(visible.length)} packets from ${time_text(view.start)} to ${time_text(view.end)}: ${number(dropped)} dropped ✗, ` +
    `${number(again)} retransmissions ↻.${is_dense ? ` More than ${number(ARROWS_MAX)}: the wider a band, the more packets; hatched are drops. Zoom in for arrows.` : ""}`;
}
