// The page: a tab for each section of its data, drawn when it is first looked at.

import { bench } from "./bench.js";
import { campaign } from "./campaign.js";
import { conformance } from "./conformance.js";
import { coverage } from "./coverage.js";
import { inflated } from "./data.js";
import { h } from "./dom.js";
import { fuzz } from "./fuzz.js";
import { goals } from "./goals.js";
import { mutants } from "./mutants.js";
import { requirements } from "./requirements.js";
import { scenario } from "./scenario.js";

const DRAW = { bench, campaign, conformance, coverage, fuzz, goals, mutants, requirements, scenario };

async function start() {
  const content = document.querySelector("main");
  const { sections } = await inflated(document.getElementById("data").textContent);
  const names = sections.map((section, i) =>
    `${section.kind}${sections.slice(0, i).filter((other) => other.kind === section.kind).length + 1}`.replace(/1$/, ""));
  const drawn = new Map();
  const links = sections.map((section, i) => h("a", { href: `#${names[i]}` }, section.title));
  document.querySelector("nav").append(...links);
  let current;

  const go = () => {
    const [name, ...rest] = location.hash.slice(1).split("/");
    const index = Math.max(0, names.indexOf(name));
    if (!drawn.has(index)) {
      drawn.set(index, DRAW[sections[index].kind](sections[index]));
      content.append(drawn.get(index).element);
    }
    if (current !== drawn.get(index)) {
      current = drawn.get(index);
      for (const each of drawn.values()) each.element.hidden = each !== current;
      links.forEach((link, i) => (i === index ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current")));
      scrollTo(0, 0);
      current.shown?.();
    }
    if (rest.length > 0) current.goto?.(decodeURIComponent(rest.join("/")));
  };
  addEventListener("hashchange", go);
  addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = Number(event.key);
    if (event.key === "/" && current.filter) {
      event.preventDefault();
      current.filter.focus();
    } else if (digit >= 1 && digit <= sections.length) {
      location.hash = names[digit - 1];
    }
  });
  if (sections.length > 0) go();
  performance.mark("drawn");
  document.body.dataset.drawn = "yes";
}

start().catch((error) => {
  document.querySelector("main").append(h("p", { role: "alert" }, `This page cannot be shown: ${error.message}. It needs a browser of 2023 or newer.`));
  throw error;
});
