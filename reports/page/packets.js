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
  const texts = data.texts.map((text) => text.toLowerCase());
  const all = { ...columns, sent, ended, texts: data.texts, count: sent.length };

  // Whether a packet matches every word: of its text, its hosts, its fate.
  all.matching = (filter) => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return null;
    const of_text = texts.map((text) => words.reduce((bits, word, bit) => bits | (text.includes(word) ? 1 << bit : 0), 0));
    const remembered = new Map();
    const rest = (i) => {
      const key = ((all.from[i] * data.hosts.length + all.to[i]) * data.fates.length + all.fate[i]) * 2 + all.again[i];
      if (!remembered.has(key)) {
        const text = `${data.hosts[all.from[i]]} > ${data.hosts[all.to[i]]} ${all.fate[i] ? `dropped ${data.fates[all.fate[i]]}` : "arrived"} ${all.again[i] ? "again" : ""}`.toLowerCase();
        remembered.set(key, words.reduce((bits, word, bit) => bits | (text.includes(word) ? 1 << bit : 0), 0));
      }
      return remembered.get(key);
    };
    const wanted = 2 ** words.length - 1;
    return Uint8Array.from({ length: all.count }, (_, i) => ((of_text[all.text[i]] | rest(i)) === wanted ? 1 : 0));
  };

  // The packets under way between two times, of those that match.
  all.visible = (start, end, matches) => {
    const found = [];
    for (let i = lower_bound(ended_by_then, start); i < all.count && sent[i] <= end; i++) {
      if (ended[i] >= start && (matches === null || matches[i])) found.push(i);
    }
    return found;
  };
  return all;
}

// How many packets of each pair of hosts, and how many of them were dropped, in each of `rows` equal parts of a span:
// a map from "from,to" to {from, to, count, dropped}, the last two by row.
export function density(all, visible, start, end, rows) {
  const pairs = new Map();
  for (const i of visible) {
    const key = `${all.from[i]},${all.to[i]}`;
    if (!pairs.has(key)) pairs.set(key, { from: all.from[i], to: all.to[i], count: new Uint32Array(rows), dropped: new Uint32Array(rows) });
    const row = Math.max(0, Math.min(rows - 1, Math.floor(((all.sent[i] - start) / (end - start)) * rows)));
    pairs.get(key).count[row]++;
    if (all.fate[i]) pairs.get(key).dropped[row]++;
  }
  return pairs;
}
