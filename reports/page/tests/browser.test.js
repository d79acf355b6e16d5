// The page in headless Chromium, as a reader meets it: opened from a file, without a network.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

const { STT_PROGRAM, STT_TREE, STT_CHROMIUM, STT_PAGE_MODULES } = process.env;
const { chromium } = createRequire(`${STT_PAGE_MODULES}/`)("playwright-core");
const WRONG = "frame.decode/data";
const HOSTILE = "</script><img src=x onerror=alert(1)>";

const folder = mkdtempSync(join(tmpdir(), "stt-page-"));
const file = (name) => join(folder, name);
let [server, browser, page, complaints] = [];

function stt(...words) {
  return execFileSync(STT_PROGRAM, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
}

// The same results as those of another implementation, which gives one wrong answer.
function write_second_implementation() {
  const lines = readFileSync(file("one.jsonl"), "utf8").replace('"stt reference"', JSON.stringify(HOSTILE)).split("\n");
  const changed = lines.map((line) => {
    const row = line && JSON.parse(line);
    if (row.id !== WRONG) return line;
    row.verdict = "fail";
    row.actual.out.stream_id = 9;
    return JSON.stringify(row);
  });
  writeFileSync(file("two.jsonl"), changed.join("\n"));
}

// A run of `count` packets, one each millisecond; every tenth is lost.
function write_run(name, count) {
  const column = (value) => Array.from({ length: count }, (_, i) => value(i));
  const packets = {
    sent: column((i) => (i ? 1000 : 0)), took: column(() => 20_000), from: column((i) => i % 2), to: column((i) => 1 - (i % 2)),
    bytes: column(() => 1200), fate: column((i) => (i % 10 === 9 ? 1 : 0)), again: column((i) => (i % 50 === 7 ? 1 : 0)), text: column((i) => i % 2),
  };
  const lines = [{ name: "client window", at: packets.sent, value: column((i) => 10_000 + (i % 100)) }];
  writeFileSync(file(name), JSON.stringify({
    kind: "scenario", title: `${count} packets`, purpose: HOSTILE, hosts: ["client", HOSTILE], end: count * 1000 + 20_000, left_out: 0,
    fates: ["arrived", "lost"], texts: [`DATA ${HOSTILE}`, "ACK 1"], packets, notes: [[0, 5000, HOSTILE]],
    charts: [{ title: "Congestion window", unit: "kB", scale: 1e-3, lines }],
  }));
}

before(async () => {
  stt("conform", "run", "--vectors", join(STT_TREE, "vectors"), "--group", "frame", "--group", "peer", "--jsonl", file("one.jsonl"));
  write_second_implementation();
  stt("sim", "run", "handshake-loss", "--timeline", file("run.json"));
  stt("sim", "campaign", "--seeds", "1:2", "--db", file("night.db"));
  writeFileSync(file("requirements.json"), stt("conform", "requirements", "--json", "--root", STT_TREE));
  const rows = (ratio) => JSON.stringify([{ name: "seal/1200", ours: 900 * ratio, yardstick: 900, ratio, unit: "MB/s" }]);
  writeFileSync(file("old.json"), rows(1.1));
  writeFileSync(file("new.json"), rows(1.2));
  write_run("large.json", 5000);
  const verdicts = [{ judge: "vectors", killed: true, killer: HOSTILE, how: "fail", cpu_seconds: 0.2 }, { judge: "swarm", killed: false, killer: "", how: "", cpu_seconds: 3 }];
  const mutant = (id, killed_by) => ({ id, layer: "wire", requirement: "STT-STREAM-005", why: HOSTILE, equivalent: "", killed_by, first_killer: "vectors: x", verdicts });
  writeFileSync(file("mutants.json"), JSON.stringify({ judges: ["vectors", "swarm", "tool"], mutants: [mutant("wire.one", 1), mutant("wire.two", 0)] }));
  writeFileSync(file("runs.jsonl"), `${JSON.stringify({ target: "frame", runs: 1e6, seconds: 60, findings: [HOSTILE], commit: "abc", sources: "d" })}\n`);
  const covered = { filename: "reference/stt/wire/frame.cpp", line_total: 100, line_covered: 97, branch_total: 0, branch_covered: 0 };
  writeFileSync(file("coverage.json"), JSON.stringify({ "gcovr/summary_format_version": "0.5", files: [covered] }));
  stt("report", ...["one.jsonl", "two.jsonl", "run.json", "large.json", "requirements.json", "night.db", "old.json", "new.json", "mutants.json", "runs.jsonl", "coverage.json"].map(file),
    join(STT_TREE, "reports/numbers.json"), "--vectors", join(STT_TREE, "vectors"), "-o", file("report.html"));
  server = await chromium.launchServer({ executablePath: STT_CHROMIUM, args: ["--no-sandbox"] });
  browser = await chromium.connect(server.wsEndpoint());
});

// Not closed: Chromium has nothing to save, and has been seen not to end when asked to.
after(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  complaints = [];
  page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(dialog.message()));
  page.on("request", (request) => request.url().startsWith(`file://${folder}/report.html`) || request.url() === "data:," || complaints.push(request.url()));
});

// Whatever a test does: no error, no request.
afterEach(async () => {
  await page.close();
  assert.deepEqual(complaints, []);
});

async function open(fragment = "") {
  await page.goto(`file://${file("report.html")}${fragment}`);
  await page.waitForSelector("body[data-drawn]");
}

const text = (selector) => page.locator(selector).first().innerText();
const settled = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test("every section draws, by key and by click", async () => {
  await open();
  const tabs = await page.locator("nav a").allInnerTexts();
  assert.equal(tabs.length, 10);
  for (let i = 0; i < tabs.length; i++) {
    if (i < 9) await page.keyboard.press(String(i + 1));
    else await page.locator("nav a").nth(i).click();
    await page.waitForSelector(`nav a[aria-current] >> text="${tabs[i]}"`);
    assert.equal(await page.locator("main > div:visible").count(), 1);
    assert.ok((await text("main > div:visible")).length > 100, tabs[i]);
  }
  await page.click(`nav >> text="${tabs[0]}"`);
  assert.ok((await text("main > div:visible")).includes("Implementations and groups"));
  assert.equal(await page.locator("main img").count(), 0);
});

test("the matrix leads to a case, and the case says everything", async () => {
  await open();
  assert.ok((await page.locator(".matrix thead").first().innerText()).includes(HOSTILE));
  await page.click("text=only unexpected (1)");
  await page.click(".row >> nth=0");
  assert.equal(await text(".detail h2"), WRONG);
  const said = await text(".detail");
  for (const words of ["STT-FRAME-", "Asked", "Expected", "What differs", "stream_id", "payload, sealed", "✗ fail", "stt conform run --id 'frame.decode/data'"]) {
    assert.ok(said.includes(words), words);
  }
  assert.ok(await page.locator(".detail .field").count() > 20);
  assert.ok(page.url().endsWith(`#conformance/${encodeURIComponent(WRONG)}`));
});

test("a link opens its case, and a case of peers has a ladder", async () => {
  await open(`#conformance/${encodeURIComponent("peer.stream/message-arrives")}`);
  assert.equal(await text(".detail h2"), "peer.stream/message-arrives");
  assert.ok(await page.locator(".detail svg.ladder .arrow").count() >= 3);
});

test("cases are found by words and walked by keys", async () => {
  await open();
  await page.keyboard.press("/");
  await page.keyboard.type("frame.decode overlong");
  const [found, all] = (await text(".count")).split(" of ").map(Number);
  assert.ok(found > 0 && found < all, `${found} of ${all}`);
  await settled();
  assert.equal(await page.locator(".row").count(), found);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.ok((await text(".detail h2")).includes("overlong"));
  await page.keyboard.press("End");
  await settled();
  assert.equal(await text(".row[aria-selected=true] .id"), await text(".detail h2"));
  await page.click(".matrix button >> nth=0");
  await page.fill("[aria-label='Filter cases']", "no such words");
  assert.ok((await text(".count")).startsWith("0 of"));
});

test("a ladder draws what is visible, as arrows or as bands", async () => {
  await open("#scenario2");
  const box = page.locator(".ladder-box:visible");
  const said = page.locator("main > div:visible output").first();
  assert.match(await said.innerText(), /^5,000 packets .* 500 dropped .* 100 retransmissions/);
  assert.equal(await box.locator(".arrow").count(), 0);
  assert.ok(await box.locator(".band").count() > 100);
  await box.focus();
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("+");
    await settled();
  }
  const arrows = await box.locator(".arrow").count();
  assert.ok(arrows > 300 && arrows <= 1000, `${arrows} arrows`);
  assert.ok((await said.innerText()).startsWith(`${arrows} packets`));
  assert.ok(await box.locator(".arrow.dropped").count() > 10);
  await box.locator(".arrow .wide-target").nth(100).hover({ force: true });
  assert.match(await page.locator(".packet:visible").innerText(), /1200 bytes, .*: (DATA|ACK)/);
  await page.keyboard.press("0");
  await page.fill("[aria-label='Filter packets']:visible", "dropped ack");
  await settled();
  assert.match(await said.innerText(), /^500 packets .* 500 dropped/);
  assert.equal(await box.locator(".arrow.dropped").count(), 500);
});

test("all charts show the span that one of them is asked for", async () => {
  await open("#scenario");
  const charts = page.locator(".chart:visible");
  assert.equal(await charts.count(), 6);
  const said = page.locator("main > div:visible output").first();
  const before = await said.innerText();
  const over = await charts.first().locator(".u-over").boundingBox();
  await page.mouse.move(over.x + 50, over.y + 50);
  await page.mouse.down();
  await page.mouse.move(over.x + 150, over.y + 60, { steps: 4 });
  await page.mouse.up();
  await settled();
  assert.notEqual(await said.innerText(), before);
  await page.click("button[aria-label='Show all']:visible");
  await settled();
  assert.equal(await said.innerText(), before);
});

test("a judge that was not asked is told from one that found nothing, and a mutant is read by keys alone", async () => {
  await open("#mutants");
  const cells = await page.locator(".heat-map:visible tbody tr td").allInnerTexts();
  assert.deepEqual(cells, ["2", "0", "–"]);
  await page.keyboard.press("/");
  await page.keyboard.type("wire.two");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const said = await text(".detail:visible");
  for (const words of ["wire.two", "STT-STREAM-005", "✗ survives", "– missed"]) assert.ok(said.includes(words), words);
});

test("light and dark are the reader's choice", async () => {
  const back = async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  await open("#scenario");
  assert.notEqual(await back("light"), await back("dark"));
  assert.equal(await page.locator(".chart canvas:visible").count(), 6);
});
