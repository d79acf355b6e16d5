// load.mjs VECTORS: reads the vectors, checks that they are whole, and judges an implementation of varint.decode by them.
//
// For an implementation of yours, in JavaScript: write more functions like varintDecode, and name them in kinds.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

// Thrown with names of docs/spec/errors.md.
class Refused extends Error {
  constructor(stage, reason) {
    super(reason);
    this.stage = stage;
  }
}

function varintDecode(given) {
  let value = 0n;
  for (const [i, byte] of Buffer.from(given.bytes, 'hex').entries()) {
    if (i === 9 && byte > 1) throw new Refused('varint', 'wire.varint_overflow');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte >= 0x80) continue;
    if (byte === 0 && i > 0) throw new Refused('varint', 'wire.varint_overlong');
    return { value: value.toString(), consumed: i + 1 };
  }
  throw new Refused('varint', 'wire.varint_truncated');
}

const kinds = { 'varint.decode': varintDecode };

function load(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json')));
  const cases = Object.entries(manifest.sha3_256).flatMap(([path, digest]) => {
    const contents = readFileSync(join(folder, path));
    if (createHash('sha3-256').update(contents).digest('hex') !== digest)
      throw new Error(`${path}: is not the file that the manifest names`);
    return path.endsWith('.json') ? JSON.parse(contents).cases : [];
  });
  if (cases.length !== manifest.cases) throw new Error(`${cases.length} cases, the manifest promises ${manifest.cases}`);
  return cases;
}

function isRight(expect, decode, given) {
  try {
    return isDeepStrictEqual(decode(given), expect.accept);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return expect.reject?.stage === refused.stage && expect.reject.reason.includes(refused.message);
  }
}

const cases = load(process.argv[2]);
const mine = cases.filter((one) => one.kind in kinds);
const wrong = mine.filter((one) => !isRight(one.expect, kinds[one.kind], one.in));
for (const one of wrong) console.log(`${one.id}: ${one.why} (${one.requirements.join(', ')})`);
console.log(`${cases.length} cases, ${mine.length} asked, ${wrong.length} wrong`);
process.exitCode = wrong.length ? 1 : 0;
