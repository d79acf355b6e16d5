// One run of a simulated world: charts and a ladder over the same span of time, with zoom and filter.

import { charts } from "./charts.js";
import { summed } from "./data.js";
import { h, number, once_a_frame, svg } from "./dom.js";
import { draw_ladder, packet_text, time_text } from "./ladder.js";
import { packets } from "./packets.js";

const [SPAN_MIN, STEP, PARTS] = [20, 0.25, 300];  // us; a step of a key is this part of the span

// What arrived at each host, in Mbit/s, in equal parts of the run.
function throughput(data, all) {
  const part = Math.max(data.end, 1) / PARTS;
  const bits = new Map();
  for (let i = 0; i < all.count; i++) {
    if (all.fate[i]) continue;
    if (!bits.has(all.to[i])) bits.set(all.to[i], new Array(PARTS).fill(0));
    bits.get(all.to[i])[Math.min(PARTS - 1, Math.floor(all.ended[i] / part))] += 8 * all.bytes[i];
  }
  const at = Float64Array.from({ length: PARTS }, (_, i) => i * part);
  return { title: "What arrived", unit: "Mbit/s", lines: [...bits].map(([host, sums]) => ({ name: data.hosts[host], at, value: sums.map((sum) => sum / part) })) };
}

export function scenario(data) {
  const all = packets(data);
  for (const { scale, lines } of data.charts) {
    for (const line of lines) {
      line.at = summed(line.at);
      line.value = line.value.map((value) => value * scale);
    }
  }
  data.charts.unshift(throughput(data, all));
  const view = { start: 0, end: Math.max(data.end, 1) };
  let matches = null;

  const picture = svg("svg", { class: "ladder", role: "img", "aria-label": "Ladder of packets" });
  const said = h("output", { class: "dim", "aria-live": "polite" });
  const packet = h("output", { class: "packet" }, "Point at an arrow to read it.");
  const box = h("div", { class: "ladder-box", tabindex: 0, "aria-label": "Ladder: arrows move, plus and minus zoom, 0 shows all" }, picture);
  const show = (start, end) => {
    const span = Math.min(Math.max(end - start, SPAN_MIN), Math.max(data.end, 1));
    view.start = Math.max(0, Math.min(start, data.end - span));
    view.end = view.start + span;
    draw();
  };
  const drawn = charts(data.charts.filter((chart) => chart.lines.length > 0), view, show);
  const draw_now = () => { said.textContent = draw_ladder(picture, data, all, view, matches); };
  const draw_ladder_soon = once_a_frame(draw_now);
  const draw_charts_soon = once_a_frame(drawn.draw);
  const draw = () => { draw_ladder_soon(); draw_charts_soon(); };
  const zoom = (factor, middle = (view.start + view.end) / 2) =>
    show(middle - (middle - view.start) * factor, middle + (view.end - middle) * factor);
  const move = (part) => show(view.start + part * (view.end - view.start), view.end + part * (view.end - view.start));
  const KEYS = {
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: () => show(0, data.end),
    ArrowDown: () => move(STEP), ArrowRight: () => move(STEP), ArrowUp: () => move(-STEP), ArrowLeft: () => move(-STEP),
    PageDown: () => move(1), PageUp: () => move(-1), Home: () => show(0, view.end - view.start), End: () => show(data.end - (view.end - view.start), data.end),
  };
  box.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  // The wheel moves through time; with Ctrl it zooms where the pointer is.
  box.addEventListener("wheel", (event) => {
    const can_move = event.deltaY > 0 ? view.end < data.end : view.start > 0;
    if (!event.ctrlKey && !can_move) return;
    event.preventDefault();
    const part = (event.clientY - picture.getBoundingClientRect().top) / picture.clientHeight;
    if (event.ctrlKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, view.start + part * (view.end - view.start));
    else move(Math.sign(event.deltaY) * 0.1);
  }, { passive: false });
  box.addEventListener("pointermove", (event) => {
    const index = event.target.closest("[data-packet]")?.dataset.packet;
    if (index !== undefined) packet.textContent = packet_text(data, all, Number(index));
  });

  const filter = h("input", { type: "search", placeholder: "Filter packets: DATA, ACK, stream 1, client, dropped, again   ( / )", "aria-label": "Filter packets" });
  filter.addEventListener("input", () => { matches = all.matching(filter.value); draw_ladder_soon(); });
  const button = (text, label, key) => h("button", { type: "button", title: label, "aria-label": label, onclick: () => KEYS[key]() }, text);
  const dropped = all.fate.reduce((sum, fate) => sum + (fate ? 1 : 0), 0);
  const again = all.again.reduce((sum, one) => sum + one, 0);
  const element = h("div", {},
    h("h2", {}, data.title), data.purpose ? h("p", { class: "why" }, data.purpose) : null,
    h("div", { class: "cards" }, [["virtual time", time_text(data.end)], ["packets", number(all.count)], ["dropped ✗", number(dropped)], ["retransmissions ↻", number(again)], ["hosts", number(data.hosts.length)]]
      .map(([name, value]) => h("section", { class: "card" }, h("p", { class: "big" }, value), h("p", { class: "dim" }, name)))),
    data.left_out ? h("p", {}, `${number(data.left_out)} more packets and points are left out: the page stays small.`) : null,
    h("p", { class: "dim" }, "Drag over a chart to look closer; all charts and the ladder show the same span."),
    drawn.element, h("h2", {}, "Ladder"),
    h("div", { class: "tools" }, filter, button("+", "Zoom in", "+"), button("−", "Zoom out", "-"), button("↑", "Earlier", "ArrowUp"), button("↓", "Later", "ArrowDown"), button("All", "Show all", "0")),
    said, box, packet);
  return { element, filter, shown: () => { drawn.make(); draw_now(); }, zoom: show };
}
