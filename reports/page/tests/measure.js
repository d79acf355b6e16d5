// How quickly the page of a large suite (5,000 cases) and of a long run (100,000 packets) opens, filters and zooms, in
// headless Chromium: `cmake --build --preset clang --target page_speed`. Prints a line of numbers for each: what a reader
// waits, and how much of it was work, which does not depend on what else the machine does.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { STT_PROGRAM, STT_TREE, STT_CHROMIUM, STT_PAGE_MODULES } = process.env;
const { chromium } = createRequire(`${STT_PAGE_MODULES}/`)("playwright-core");
const [TIMES, MESSAGE_BYTES] = [5, 90_000_000];
const folder = mkdtempSync(join(tmpdir(), "stt-page-"));
const file = (name) => join(folder, name);
const stt = (...words) => spawnSync(STT_PROGRAM, words, { stdio: "ignore" });  // a verdict is no matter here

// The suite with every case five times, under ids of their own.
function write_suite() {
  const vectors = join(STT_TREE, "vectors");
  cpSync(vectors, file("vectors"), { recursive: true });
  for (const entry of readdirSync(vectors, { recursive: true })) {
    if (!/\/(accept|refuse|cases)\.json$/.test(entry)) continue;
    const document = JSON.parse(readFileSync(join(vectors, entry)));
    const again = (k) => document.cases.map((one) => ({ ...one, id: `${one.id}-${k}` }));
    document.cases.push(...Array.from({ length: TIMES - 1 }, (_, k) => again(k + 2)).flat());
    writeFileSync(file(join("vectors", entry)), JSON.stringify(document));
  }
}

function write_scenario() {
  writeFileSync(file("scenario.json"), JSON.stringify({
    name: "large", purpose: "Many packets.", seed: 1, hosts: [{ name: "client" }, { name: "server" }],
    links: [{ between: ["client", "server"], both: { rate: "200mbit", delay: "5ms", limit: 400_000, loss: "0.5%" } }],
    conversations: [{ from: "client", to: "server", bytes: MESSAGE_BYTES }], expect: { outcome: "completes", within: "600s" },
  }));
}

// From an event to the frame that shows its effect: what is written into a filter, or a key for the element of that name.
const answered = (page, label, { words, key }) => page.evaluate(async ([name, text, pressed]) => {
  const element = document.querySelector(`main > div:not([hidden]) [aria-label^="${name}"]`);
  const start = performance.now();
  if (pressed) element.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, cancelable: true }));
  else {
    element.value = text;
    element.dispatchEvent(new Event("input"));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}, [label, words, key]);

const ms = (numbers) => `${numbers.map((each) => each.toFixed(0)).join(", ")} ms`;

async function measure(browser, name, filter, filters, keys = []) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => 1e3 * (await session.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "TaskDuration").value;
  await page.goto(`file://${file(name)}`);
  await page.waitForSelector("body[data-drawn]");
  const [painted, drawn] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.getEntriesByName("drawn")[0].startTime]);
  const work = await worked();
  const filtered = [];
  for (const words of filters) filtered.push(await answered(page, filter, { words }));
  const zoomed = [];
  for (const key of keys) zoomed.push(await answered(page, "Ladder: ", { key }));
  const each = (await worked() - work) / (filters.length + keys.length);
  const said = await page.locator("main > div:visible output").first().innerText();
  console.log(`${name}: ${(statSync(file(name)).size / 1e6).toFixed(2)} MB, first paint ${ms([painted])}, drawn ${ms([drawn])} (work ${ms([work])}), ` +
    `filter ${ms(filtered)}${keys.length ? `, zoom ${ms(zoomed)}` : ""} (work ${ms([each])} each; ${said.slice(0, 60)})`);
  await page.close();
}

try {
  mkdirSync(folder, { recursive: true });
  write_suite();
  stt("conform", "run", "--vectors", file("vectors"), "--html", file("cases.html"));
  write_scenario();
  stt("sim", "run", file("scenario.json"), "--html", file("packets.html"));
  const browser = await chromium.launch({ executablePath: STT_CHROMIUM, args: ["--no-sandbox"] });
  await measure(browser, "cases.html", "Filter cases", ["f", "frame", "frame overlong", ""]);
  await measure(browser, "packets.html", "Filter packets", ["d", "data dropped", "again", ""], ["+", "+", "ArrowDown", "+", "0"]);
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}
