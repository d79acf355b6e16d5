// The packets of a run: columns as they stand in the page, made ready to be asked what lies in a span of time.

import { lower_bound, summed } from "./data.js";

// columns: sent (differences, us), took (us), from, to (hosts), bytes, fate (of data.fates; 0: it arrived), again (0 or 1),
// text (of data.texts). Sorted by `sent`.
export function packets(data) {
  const columns = data.packets;
  const sent = summed(columns.sent);
  const ended = sent.map((at, i) => at + columns.took[i]);
  // The latest end among all packets up to each one: where the search for what is still on its way may begin.
  const ended_by_then = ended.slice();
  for (let i = 1; i < ended_by_then.length; i++) ended_by_then[i] = Math.max(ended_by_then[i], ended_by_then[i - 1]);
  let texts = null;  // in lower case, from the first filter on
  const all = { ...columns, sent, ended, texts: data.texts, count: sent.length };

  // Whether a packet matches every word: of its text, its hosts, its fate.
  all.matching = (filter) => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return null;
    texts ??= data.texts.map((text) => text.toLowerCase());
    // A bit for each word that is found.
    const found_in = (text) => words.reduce((bits, word, bit) => bits | (text.includes(word) ? 1 << bit : 0), 0);
    const of_text = Int32Array.from(texts, found_in);
    const remembered = new Map();
    const rest = (i) => {
      const key = ((all.from[i] * data.hosts.length + all.to[i]) * data.fates.length + all.fate[i]) * 2 + all.again[i];
      let bits = remembered.get(key);
      if (bits === undefined) {
        bits = found_in(`${data.hosts[all.from[i]]} > ${data.hosts[all.to[i]]} ${all.fate[i] ? `dropped ${data.fates[all.fate[i]]}` : "arrived"} ${all.again[i] ? "again" : ""}`.toLowerCase());
        remembered.set(key, bits);
      }
      return bits;
    };
    const wanted = 2 ** words.length - 1;
    const matches = new Uint8Array(all.count);
    for (let i = 0; i < matches.length; i++) matches[i] = (of_text[all.text[i]] | rest(i)) === wanted ? 1 : 0;
    return matches;
  };

  // The packets under way between two times, of those that match: their places, until the next call.
  const places = new Uint32Array(all.count);
  all.visible = (start, end, matches) => {
    let found = 0;
    for (let i = lower_bound(ended_by_then, start); i < all.count && sent[i] <= end; i++) {
      if (ended[i] >= start && (matches === null || matches[i])) places[found++] = i;
    }
    return places.subarray(0, found);
  };
  return all;
}

// How many packets of each pair of hosts, and how many of them were dropped, in each of `rows` equal parts of a span:
// a list of {from, to, count, dropped}, the last two by row.
export function density(all, visible, start, end, rows) {
  const pairs = new Map();
  for (const i of visible) {
    const key = all.from[i] * 2 ** 20 + all.to[i];
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, pair = { from: all.from[i], to: all.to[i], count: new Uint32Array(rows), dropped: new Uint32Array(rows) });
    const row = Math.max(0, Math.min(rows - 1, Math.floor(((all.sent[i] - start) / (end - start)) * rows)));
    pair.count[row]++;
    if (all.fate[i]) pair.dropped[row]++;
  }
  return [...pairs.values()];
}
