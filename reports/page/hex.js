// Bytes for people: sixteen a line, with the fields of a frame named and what differs marked.

import { h } from "./dom.js";

const LINE = 16;
const LINES_MAX = 256;

export const is_hex = (value) =>
  typeof value === "string" && value.length >= 2 && value.length % 2 === 0 && /^[0-9a-f]+$/.test(value) &&
  (value.length > 20 || /[a-f]/.test(value));

const bytes_of = (hex) => hex.match(/../g) ?? [];

// The clear fields of a frame (docs/spec/wire.md, "Frame"), as [name, start, end]; none, if these bytes are no frame.
// Stops where the bytes break a rule: what follows has no name.
export function frame_fields(hex) {
  const bytes = bytes_of(hex).map((byte) => parseInt(byte, 16));
  if (bytes[0] !== 0x53 || bytes[1] !== 0x54) return [];
  const fields = [];
  let at = 0;
  const take = (name, count) => {
    const end = Math.min(at + count, bytes.length);
    if (end > at) fields.push([name, at, end]);
    at = end;
  };
  const varint = (name) => {
    let [value, count] = [0, 0];
    while (count < 10 && at + count < bytes.length) {
      const byte = bytes[at + count];
      value += (byte & 0x7f) * 2 ** (7 * count++);
      if (byte < 0x80) break;
    }
    take(`${name} = ${value}`, count);
    return value;
  };
  take("magic", 2);
  take("version", 1);
  const length = varint("length");
  const end = Math.min(at + length, bytes.length);
  const type = bytes[at];
  take("type", 1);
  take("session id", 8);
  varint("stream id");
  varint("sequence");
  const metadata = varint("metadata length");
  take("payload, sealed", Math.max(0, end - metadata - at));
  if (type === 0x01) take("seed hint", 8);
  else varint("epoch");
  take("nonce", 24);
  take("tag", 16);
  if (at < bytes.length) fields.push(["more", at, bytes.length]);
  return fields;
}

// `other`: the hex that this one should be; bytes that are not the same are marked.
export function dump(hex, other) {
  const bytes = bytes_of(hex);
  const others = other === undefined ? null : bytes_of(other);
  const fields = frame_fields(hex);
  const field_at = new Array(bytes.length).fill(-1);
  fields.forEach(([, start, end], index) => field_at.fill(index, start, end));
  const lines = [];
  for (let at = 0; at < bytes.length && lines.length < LINES_MAX; at += LINE) {
    const cells = [];
    for (let i = at; i < Math.min(at + LINE, bytes.length); i++) {
      const field = field_at[i];
      const name = field < 0 ? undefined : `${fields[field][0]}: bytes ${fields[field][1]} to ${fields[field][2] - 1}`;
      const differs = others !== null && bytes[i] !== others[i];
      cells.push(" ", h(differs ? "mark" : "span", { title: name, class: field < 0 ? null : `field f${field % 6}` }, bytes[i]));
    }
    const starts = fields.filter(([, start]) => start >= at && start < at + LINE).map(([name]) => name);
    lines.push(h("div", {}, h("span", { class: "dim" }, at.toString(16).padStart(4, "0")), " ",
      h("span", { class: "bytes" }, cells), h("span", { class: "dim" }, starts.join(" · "))));
  }
  const rest = bytes.length - lines.length * LINE;
  if (rest > 0) lines.push(h("div", { class: "dim" }, `and ${rest} more bytes`));
  if (others !== null && others.length > bytes.length) {
    lines.push(h("div", { class: "dim" }, `ends ${others.length - bytes.length} bytes early`));
  }
  return h("div", { class: "dump" }, lines);
}
