// Results of the suite: a matrix of implementations and groups, the cases, and all there is to say of one.

import { copyable, h, number } from "./dom.js";
import { dump, is_hex } from "./hex.js";
import { case_ladder } from "./case_ladder.js";
import { list } from "./list.js";
import { bar, table } from "./table.js";

const PARTS_MAX = 4;  // tables of one implementation
const SIGN = { expected: "✓", unexpected: "✗", unsupported: "–", "not-exercised": "○" };

const group_of = (id) => id.split(/[./]/)[0];

const is_object = (value) => typeof value === "object" && value !== null;

// Where two values differ, as [path, left, right].
export function differences(left, right, path = "") {
  if (!is_object(left) || !is_object(right)) {
    return JSON.stringify(left) === JSON.stringify(right) ? [] : [[path || "all", left, right]];
  }
  const members = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return members.flatMap((name) => differences(left[name], right[name], path ? `${path}.${name}` : name));
}

// A value as JSON; bytes as a dump, held against `other` if there is one.
function shown(value, other) {
  if (value === undefined) return h("span", { class: "dim" }, "nothing");
  if (is_hex(value)) return dump(value, is_hex(other) ? other : undefined);
  if (!is_object(value)) return h("code", {}, JSON.stringify(value));
  if (Object.keys(value).length === 0) return h("code", {}, Array.isArray(value) ? "[]" : "{}");
  return h("dl", { class: "members" }, Object.entries(value).map(([name, member]) =>
    [h("dt", {}, name), h("dd", {}, shown(member, is_object(other) ? other[name] : undefined))]));
}

const compared = (left_name, right_name, found) =>
  found.map(([path, left, right]) => h("div", { class: "difference" }, h("h4", {}, path),
    h("dl", {}, h("dt", {}, left_name), h("dd", {}, shown(left, right)), h("dt", {}, right_name), h("dd", {}, shown(right, left)))));

function asked(data, index) {
  const cases = data.cases;
  const base = cases.base[index];
  const base_index = base ? data.index.get(base) : undefined;
  return [
    h("p", { class: "why" }, cases.why[index]),
    h("dl", {}, cases.requirements[index].map((id) =>
      [h("dt", {}, `${id} (${cases.level[index].toUpperCase()})`), h("dd", {}, data.requirements[id] ?? "not in the specification at hand")])),
    h("h3", {}, "Asked"), shown(cases.in[index]),
    base ? [h("h3", {}, "One edit away from ", h("a", { href: `#conformance/${encodeURIComponent(base)}` }, base)),
      h("p", {}, cases.edit[index]),
      base_index === undefined ? null : compared("there", "here", differences(cases.in[base_index], cases.in[index]))] : null,
    h("h3", {}, "Expected"), shown(cases.expected[index]),
  ];
}

function answered(data, run, index) {
  const verdict = data.verdicts[run.verdict[index]];
  const actual = run.actual[index];
  const wanted = data.cases.expected[index]?.accept;
  const found = wanted !== undefined && actual?.out !== undefined ? differences(wanted, actual.out) : [];
  return h("section", { class: "answer" },
    h("h3", {}, run.title, " ", badge(verdict, run.standing[index])),
    run.note[index] ? h("p", {}, run.note[index]) : null,
    run.waiver[index] ? h("p", {}, `Waived: ${run.waiver[index]}`) : null,
    found.length ? [h("h4", {}, "What differs"), compared("expected", "actual", found)] : null,
    actual?.ladder ? case_ladder(actual.ladder, data.cases.id[index]) : null,
    actual === undefined ? (run.standing[index] === "expected" ? h("p", { class: "dim" }, "The answer is the expected one, to the byte.") : h("p", {}, "No reply."))
      : h("details", { open: run.standing[index] === "unexpected" }, h("summary", {}, "Actual"), shown({ ...actual, ladder: undefined }, wanted && { out: wanted })),
    copyable(`${run.replay} --id '${data.cases.id[index]}'`));
}

const badge = (verdict, standing) => h("span", { class: `badge ${standing}` }, `${SIGN[standing]} ${verdict}`);

function matrix(data, groups, on_pick) {
  const cells = (group) => data.runs.map((run) => {
    const counts = { expected: 0, unexpected: 0, unsupported: 0, "not-exercised": 0 };
    for (const index of groups.get(group)) if (run.standing[index]) counts[run.standing[index]]++;
    const total = counts.expected + counts.unexpected + counts["not-exercised"];
    if (total === 0) return h("span", { class: "dim" }, counts.unsupported ? "– unsupported" : "not run");
    const is_good = counts.expected === total;
    return h("button", { type: "button", class: `cell ${is_good ? "expected" : "unexpected"}`, onclick: () => on_pick(group) },
      `${is_good ? SIGN.expected : SIGN.unexpected} ${counts.expected} / ${total}`,
      counts.unsupported ? h("span", { class: "dim" }, ` – ${counts.unsupported}`) : null);
  });
  // Side by side, as long as there are few implementations.
  const names = [...groups.keys()];
  const parts = Math.max(1, Math.floor(PARTS_MAX / data.runs.length));
  const size = Math.ceil(names.length / parts);
  return h("div", { class: "matrix" }, Array.from({ length: parts }, (_, i) => names.slice(i * size, (i + 1) * size)).filter((some) => some.length > 0)
    .map((some) => table(["group", ...data.runs.map((run) => run.title)], some.map((group) => [group, ...cells(group)]))));
}

// What the columns of the data say, row by row: "" where an implementation was not asked.
function prepare(data) {
  data.index = new Map(data.cases.id.map((id, index) => [id, index]));
  for (const run of data.runs) {
    run.standing = run.verdict.map((verdict, index) =>
      verdict < 0 ? "" : run.waiver[index] ? "expected" : data.standings[verdict]);
  }
}

export function conformance(data) {
  prepare(data);
  const groups = Map.groupBy(data.cases.id.keys(), (index) => group_of(data.cases.id[index]));
  const is_unexpected = (index) => data.runs.some((run) => run.standing[index] === "unexpected");
  const unexpected = data.cases.id.filter((_, index) => is_unexpected(index)).length;

  const detail = h("article", { class: "detail", "aria-live": "polite", "aria-label": "The chosen case" },
    h("p", { class: "dim" }, "Choose a case to see what it asks, why, and what came."));
  const open = (index) => {
    detail.replaceChildren(h("h2", {}, data.cases.id[index]), ...[asked(data, index), data.runs.filter((run) => run.standing[index])
      .map((run) => answered(data, run, index))].flat(Infinity).filter(Boolean));
    detail.scrollTop = 0;
    history.replaceState(null, "", `#conformance/${encodeURIComponent(data.cases.id[index])}`);
  };
  const cases = list({
    label: "cases",
    rows: data.cases.id.map((id, index) => ({
      words: [id, data.cases.why[index], ...data.cases.requirements[index],
        ...data.runs.map((run) => `${run.title} ${run.standing[index]} ${data.verdicts[run.verdict[index]] ?? ""}`)].join(" ").toLowerCase(),
      cells: () => [h("span", { class: "id" }, id), data.runs.map((run) => run.standing[index]
        ? h("span", { class: `sign ${run.standing[index]}`, title: `${run.title}: ${data.verdicts[run.verdict[index]]}` }, SIGN[run.standing[index]])
        : h("span", { class: "sign" }, " "))],
    })),
    on_open: open,
  });
  let [group, only_unexpected] = ["", false];
  const keep = () => cases.keep((index) => (!group || group_of(data.cases.id[index]) === group) && (!only_unexpected || is_unexpected(index)));
  const pick = h("select", { "aria-label": "Group", onchange: () => { group = pick.value; keep(); } },
    h("option", { value: "" }, "all groups"), [...groups.keys()].map((name) => h("option", { value: name }, name)));
  const only = h("input", { type: "checkbox", onchange: () => { only_unexpected = only.checked; keep(); } });
  cases.element.querySelector(".tools").append(pick, h("label", {}, only, ` only unexpected (${unexpected})`));

  const show_unexpected = () => {
    only.checked = only_unexpected = true;
    keep();
    cases.choose(data.cases.id.findIndex((_, index) => is_unexpected(index)));
    cases.element.scrollIntoView();
  };

  const element = h("div", {},
    h("div", { class: "cards" }, data.runs.map((run) => {
      const count = (standing) => run.standing.filter((each) => each === standing).length;
      const total = run.standing.filter((each) => each && each !== "unsupported").length;
      return h("section", { class: "card" }, h("h3", {}, run.title),
        h("p", { class: `big ${count("expected") === total ? "expected" : "unexpected"}` },
          `${count("expected") === total ? SIGN.expected : SIGN.unexpected} ${number(count("expected"))} / ${number(total)}`),
        bar(count("expected"), total, "as expected"),
        h("p", { class: "dim" }, `${count("unexpected")} unexpected, ${count("unsupported")} unsupported, ${count("not-exercised")} not exercised; suite ${run.suite}`),
        count("unexpected") ? h("button", { type: "button", onclick: show_unexpected }, "Show what is unexpected") : null);
    })),
    h("h2", {}, "Implementations and groups"),
    h("p", { class: "dim" }, "As expected, of what was asked; unsupported cases stand beside it."),
    matrix(data, groups, (name) => { pick.value = group = name; keep(); cases.element.scrollIntoView(); }),
    h("h2", {}, "Cases"),
    h("div", { class: "split" }, cases.element, detail));
  return {
    element,
    filter: cases.filter,
    goto: (id) => {
      if (!data.index.has(id)) return;
      cases.element.scrollIntoView();
      cases.choose(data.index.get(id));
    },
  };
}
