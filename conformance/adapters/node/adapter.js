#!/usr/bin/env node
'use strict';
// The adapter as a process: requests on standard input, replies on standard output, status 0 at the end of the input.

const { once } = require('node:events');
const { ready } = require('./lib/crypto/primitives');
const { answerLine, MOST_LINE_BYTES } = require('./lib/protocol');
const { LineSplitter } = require('./lib/lines');

async function reply(lines) {
  for (const line of lines) {
    // Who does not read the replies gets no further ones, and we hold no heap of them.
    if (!process.stdout.write(`${answerLine(line)}\n`)) await once(process.stdout, 'drain');
  }
}

async function main() {
  // Nobody is there any more to be answered.
  process.stdout.on('error', () => process.exit(0));
  await ready;
  const splitter = new LineSplitter(MOST_LINE_BYTES);
  for await (const chunk of process.stdin) await reply(splitter.push(chunk));
  await reply(splitter.finish());
}

main();
