'use strict';
// The adapter protocol: one line in, one line out (docs/adapter-protocol.md). Nothing is remembered between requests,
// so `reset` has nothing to do.

const { version } = require('../package.json');
const { reject, unsupported, requestError } = require('./outcomes');
const { Members, RequestError } = require('./input');
const { Refusal } = require('./refusal');
const { KINDS } = require('./kinds');

const PROTOCOL = 1;
const MOST_LINE_BYTES = 16 * 1_048_576;

function hello(request) {
  if (request.has('protocol') && request.integer('protocol') !== BigInt(PROTOCOL)) return unsupported();
  return {
    outcome: 'accept',
    protocol: PROTOCOL,
    implementation: 'stt-node',
    version,
    kinds: [...KINDS.keys()],
    peer: false,
    entropy: 'injected',
    features: [],
    unsupported_config: [],
  };
}

function vector(request) {
  const kind = KINDS.get(request.text('kind'));
  return kind === undefined ? unsupported() : kind(request.members('in'));
}

const OPERATIONS = new Map([
  ['hello', hello],
  ['vector', vector],
  ['reset', () => ({ outcome: 'accept' })],
]);

// No exception leaves this function, whatever the request holds.
function answer(object) {
  try {
    const request = new Members(object);
    const operation = OPERATIONS.get(request.text('op'));
    return operation === undefined ? unsupported() : operation(request);
  } catch (error) {
    if (error instanceof Refusal) return reject(error.stage, error.reason);
    if (error instanceof RequestError) return requestError(error.message);
    return requestError(`the adapter failed: ${error.message}`);
  }
}

function idOf(object) {
  const hasId = typeof object === 'object' && object !== null && Object.hasOwn(object, 'id');
  return hasId && ['number', 'string'].includes(typeof object.id) ? object.id : null;
}

// line: text without its end, or null for one that was too long to be kept. The answer is text without its end.
function answerLine(line) {
  if (line === null) return JSON.stringify({ id: null, ...requestError('the line has more than 16 MiB') });
  let object;
  try {
    object = JSON.parse(line);
  } catch {
    return JSON.stringify({ id: null, ...requestError('the line is not JSON') });
  }
  const id = idOf(object);
  const reply = JSON.stringify({ id, ...answer(object) });
  // Replies are ASCII: hex, names, and messages of our own (an id may not be, but is short of the limit with them).
  if (reply.length < MOST_LINE_BYTES) return reply;
  return JSON.stringify({ id, ...requestError('the reply would have more than 16 MiB') });
}

module.exports = { answerLine, MOST_LINE_BYTES };
