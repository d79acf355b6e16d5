// What the page computes, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { differences } from "../conformance.js";
import { inflated, lower_bound, summed } from "../data.js";
import { frame_fields, is_hex } from "../hex.js";
import { density, packets } from "../packets.js";
import { places, sampled } from "../sample.js";

const DELIVERED = 0;
const LOST = 1;

test("data comes back as it was put in", async () => {
  const document = { sections: [{ kind: "bench", words: "Grüße".repeat(1000) }] };
  assert.deepEqual(await inflated(deflateSync(JSON.stringify(document)).toString("base64")), document);
  assert.deepEqual([...summed([5, 0, 3])], [5, 5, 8]);
  assert.equal(lower_bound([1, 3, 3, 7], 3), 1);
  assert.equal(lower_bound([1, 3], 9), 2);
});

test("a pixel keeps its smallest and its largest value, in their order", () => {
  const at = Float64Array.from({ length: 10_000 }, (_, i) => i);
  const value = Array.from(at, () => 5);
  value[4711] = 99;
  value[4712] = -1;
  const line = sampled({ at, value }, 0, 9999, 50);
  assert.equal(line.length, places(0, 9999, 50).length);
  const pixel = Math.floor((4711 / 9999) * 50);
  assert.deepEqual(line.slice(2 * pixel, 2 * pixel + 2), [99, -1]);
  assert.equal(Math.max(...line), 99);
  assert.equal(Math.min(...line), -1);
});

test("a value holds until the next one, beyond both edges", () => {
  const line = { at: [0, 1000], value: [7, 8] };
  assert.deepEqual([sampled(line, 400, 500, 10).at(0), sampled(line, 400, 500, 10).at(-1)], [7, 7]);
  assert.deepEqual(sampled({ at: [], value: [] }, 0, 1, 2), [null, null, null, null]);
  assert.deepEqual([sampled(line, 2000, 3000, 10).at(0), sampled(line, 2000, 3000, 10).at(-1)], [8, 8]);
});

// Ten packets of 10 us each, one a us; the third is lost, the fifth is sent again.
const run = () => packets({
  hosts: ["client", "server"], fates: ["arrived", "lost"], texts: ["DATA stream 1, 0..9", "ACK 7"],
  packets: {
    sent: [0, ...new Array(9).fill(1)], took: new Array(10).fill(10), from: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], to: [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
    bytes: new Array(10).fill(100), fate: [0, 0, LOST, 0, 0, 0, 0, 0, 0, 0], again: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0], text: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
  },
});

test("what is under way in a span is visible", () => {
  const all = run();
  const visible = (start, end) => [...all.visible(start, end, null)];
  assert.equal(visible(0, 100).length, 10);
  assert.deepEqual(visible(18, 30), [8, 9]);  // sent before, still on its way
  assert.deepEqual(visible(0, 1), [0, 1]);
  assert.deepEqual(visible(20, 30), []);
});

test("a filter finds words of text, hosts and fate, all of them", () => {
  const all = run();
  const found = (filter) => [...all.visible(0, 100, all.matching(filter))];
  assert.deepEqual(found("lost"), [2]);
  assert.deepEqual(found("dropped data"), [2]);
  assert.deepEqual(found("again"), [4]);
  assert.deepEqual(found("ACK server"), [5, 6, 7, 8, 9]);
  assert.deepEqual(found("ack again"), []);
  assert.equal(found("  ").length, 10);
});

test("density counts every packet once", () => {
  const all = run();
  const [there, back] = density(all, all.visible(0, 20, null), 0, 20, 4);
  assert.deepEqual([...there.count], [5, 0, 0, 0]);
  assert.deepEqual([...there.dropped], [1, 0, 0, 0]);
  assert.deepEqual([...back.count], [0, 5, 0, 0]);
  assert.equal(all.fate[0], DELIVERED);
});

test("density tells pairs of hosts apart by both ends", () => {
  const all = { from: [0, 1, 0], to: [2, 2, 1], sent: [0, 1, 2], fate: [0, 0, 0] };
  assert.deepEqual(density(all, [0, 1, 2], 0, 3, 1).map(({ from, to, count }) => [from, to, ...count]), [[0, 2, 1], [1, 2, 1], [0, 1, 1]]);
});

// The example of docs/spec/wire.md: 61 bytes, payload at 16, nonce at 22, tag at 46.
const FRAME = `5354013a02${"0102030405060708"}010729${"aa".repeat(5)}00${"bb".repeat(24)}${"cc".repeat(15)}`;

test("the fields of a frame are named where they stand", () => {
  assert.deepEqual(frame_fields(`${FRAME}cc`).map(([name, start]) => [name, start]), [
    ["magic", 0], ["version", 2], ["length = 58", 3], ["type", 4], ["session id", 5], ["stream id = 1", 13], ["sequence = 7", 14],
    ["metadata length = 41", 15], ["payload, sealed", 16], ["epoch = 0", 21], ["nonce", 22], ["tag", 46]]);
  assert.deepEqual(frame_fields("0102"), []);
  assert.deepEqual(frame_fields("5354").map(([name]) => name), ["magic"]);
});

test("fields never leave the bytes, whatever these say", () => {
  for (let bytes = 2; bytes <= FRAME.length / 2; bytes++) {
    for (const broken of [FRAME.slice(0, 2 * bytes), `535401ffffffffff0f${FRAME.slice(8, 2 * bytes)}`, `535401${"ff".repeat(bytes)}`]) {
      let at = 0;
      for (const [, start, end] of frame_fields(broken)) {
        assert.equal(start, at);
        assert.ok(end > start && end <= broken.length / 2);
        at = end;
      }
    }
  }
});

test("bytes are told from numbers and words", () => {
  assert.deepEqual(["5354", "ab", "12", "abc", "", "xx", 5].map(is_hex), [false, true, false, false, false, false, false]);
  assert.ok(is_hex("00".repeat(11)));
});

test("differences name the member", () => {
  assert.deepEqual(differences({ a: [1, { b: 2 }], c: 3 }, { a: [1, { b: 5 }], d: 4 }), [["a.1.b", 2, 5], ["c", 3, undefined], ["d", undefined, 4]]);
  assert.deepEqual(differences({ a: [1] }, { a: [1] }), []);
  assert.deepEqual(differences(1, 2), [["all", 1, 2]]);
});
