// What a campaign of simulated worlds found: totals, faults, the states they befell, failures.

import { copyable, h, number } from "./dom.js";
import { bar, heat_map, table } from "./table.js";

export function campaign(data) {
  const most = Math.max(1, ...data.faults.map((fault) => Math.log1p(fault.times)));
  const never = (times) => (times === 0 ? "✗ never" : `✓ ${number(times)}`);
  return {
    element: h("div", {},
      h("p", { class: `big ${data.failures === 0 ? "expected" : "unexpected"}` },
        `${data.failures === 0 ? "✓" : "✗"} ${number(data.worlds)} worlds, ${number(data.failures)} failures`),
      h("p", { class: "dim" }, `Seeds ${data.first_seed} to ${data.last_seed}, ${number(data.missing)} missing; ` +
        `${number(data.simulated_s)} s simulated, ${number(data.events)} events, ${number(data.cpu_us / 1e6)} s of CPU.`),
      data.failed.length ? [h("h2", {}, "Failures"), data.failed.map((world) => h("section", { class: "answer" },
        h("h3", {}, `✗ ${world.verdict}`), h("ul", {}, world.problems.map((text) => h("li", {}, text))), copyable(`stt sim replay ${world.token}`)))] : null,
      h("h2", {}, "Faults"),
      table(["fault", "times", "worlds", "of all"], data.faults.map((fault) =>
        [fault.name, fault.times, fault.worlds, bar(Math.log1p(fault.times), most, never(fault.times))])),
      h("h2", {}, "Faults by state of the protocol"),
      heat_map("fault", data.by_state.map((row) => row.fault), data.states, (y, x) => data.by_state[y].times[x]),
      h("h2", {}, "Situations"),
      table(["situation", "times", ""], data.situations.map((each) => [each.name, each.times, never(each.times)])),
      h("h2", {}, "Slowest worlds"),
      table(["world", "CPU ms", "events", "simulated s"], data.slowest.map((world) =>
        [h("code", {}, world.token), world.cpu_us / 1e3, world.events, world.simulated_s]))),
  };
}
