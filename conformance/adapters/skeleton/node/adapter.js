#!/usr/bin/env node
// My implementation of STT/1 under the conformance suite.
//
//     stt conform adapter check --adapter 'node adapter.js'      is this adapter honest?
//     stt conform run           --adapter 'node adapter.js'      is the implementation right?
//
// The suite writes requests to standard input, one line of JSON each, and reads one line for each from standard
// output. docs/adapter-protocol.md says which there are, vectors/README.md what each kind of vector asks, and
// `stt conform serve` answers the same requests with the reference. What is not there yet is "unsupported": that
// is no failure.
'use strict';

const readline = require('node:readline');

const accept = (out) => ({ outcome: 'accept', out });
const reject = (stage, reason) => ({ outcome: 'reject', stage, reason });
const unsupported = () => ({ outcome: 'unsupported' });
// The request is of a kind that is known, and cannot be read.
const error = (message) => ({ outcome: 'error', message });

// The first kind. The table in vectors/README.md says: in: bytes; out: value, consumed; stage of a refusal: varint.
// To begin, put its line into `kinds` below, and look at what is asked and expected:
//
//     stt conform list --kind varint.decode
//     stt conform explain varint.decode/protobuf-300
//
// function varintDecode(given) {
//   const data = Buffer.from(given.bytes, 'hex');            // bytes are lower-case hex
//   const [value, consumed, wrong] = myStt.decodeVarint(data);
//   if (wrong === 'overlong') {                              // reasons are the names of docs/spec/errors.md
//     return reject('varint', 'wire.varint_overlong');
//   }
//   return accept({ value: value.toString(), consumed });    // 64-bit integers are decimal strings: use BigInt
// }

const kinds = new Map([
  // ['varint.decode', varintDecode],
]);

function hello() {
  return {
    outcome: 'accept',
    protocol: 1,
    implementation: 'my-stt',
    version: '0.1',
    kinds: [...kinds.keys()].sort(),
    // true when peer.* is answered: then the suite plays whole sessions, and puts this implementation into
    // simulated networks, with the reference or with itself.
    peer: false,
    // 'injected' when every random byte comes from the request; until then, 'own'.
    entropy: 'own',
    features: [],
    unsupported_config: [],
  };
}

function vector(request) {
  const answer = kinds.get(request.kind);
  if (answer === undefined) return unsupported();
  try {
    return answer(request.in);
  } catch (wrong) {
    return error(String(wrong));
  }
}

// Nothing that happened before may be seen afterwards.
const reset = () => ({ outcome: 'accept' });

const operations = new Map(Object.entries({ hello, vector, reset }));

// Standard output is for replies only: console.error() for all else.
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  const answer = operations.get(request.op);
  const said = (reply) => JSON.stringify({ ...reply, id: request.id });
  let reply;
  try {
    reply = said(answer === undefined ? unsupported() : answer(request));
  } catch (wrong) {
    reply = said(error(String(wrong)));  // not JSON: a BigInt that is no string, for example
  }
  process.stdout.write(`${reply}\n`);
});
