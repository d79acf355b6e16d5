'use strict';
// How things of the protocol stand in JSON (vectors/README.md, "Forms"): bytes are lower-case hex, integers of 64 bits
// decimal strings, the rest numbers.

const { hex } = require('../bytes');
const { PARAMETERS, encodeParameters } = require('../codec/parameters');

function frameToJson(frame) {
  return {
    type: frame.type,
    session_id: hex(frame.sessionId),
    stream_id: frame.streamId,
    sequence: String(frame.sequence),
    ...(frame.hint === undefined ? { epoch: String(frame.epoch) } : { hint: hex(frame.hint) }),
    payload: hex(frame.payload),
    nonce: hex(frame.nonce),
    tag: hex(frame.tag),
    associated: hex(frame.associated),
    consumed: frame.whole.length,
  };
}

// The fields of buildFrame but the tag.
function frameFromJson(input) {
  const fields = {
    type: input.count('type', 0xff),
    sessionId: input.bytes('session_id', 8),
    streamId: input.integer('stream_id'),
    sequence: input.integer('sequence'),
    payload: input.bytes('payload'),
    nonce: input.bytes('nonce', 24),
  };
  return input.has('hint')
    ? { ...fields, hint: input.bytes('hint', 8) }
    : { ...fields, epoch: input.integer('epoch') };
}

function parametersToJson(values) {
  return Object.fromEntries(PARAMETERS.map(({ name }) => [name, String(values[name])]));
}

function parametersFromJson(input) {
  return Object.fromEntries(PARAMETERS.map(({ name }) => [name, input.integer(name)]));
}

// Fields of control and stream-control messages, by the kinds of lib/codec/message-table.js.
const MOST_PADDING = 2_097_152;
const FIELD_FORMS = Object.freeze({
  varint: { toJson: String, fromJson: (input, name) => input.integer(name) },
  data8: { toJson: hex, fromJson: (input, name) => input.bytes(name, 8) },
  reason: { toJson: hex, fromJson: (input, name) => input.bytes(name) },
  padding: {
    toJson: (count) => count,
    fromJson: (input, name) => (input.has(name) ? input.count(name, MOST_PADDING) : 0),
  },
  ackRanges: {
    toJson: (ranges) => ranges.map(({ smallest, largest }) => [String(smallest), String(largest)]),
    fromJson: (input, name) => input.listOfPairs(name).map(([smallest, largest]) => ({ smallest, largest })),
  },
});

function messageToJson(table, { name, values }) {
  const { fields } = table.named(name);
  const members = fields.map(([field, kind]) => [field, FIELD_FORMS[kind].toJson(values.get(field))]);
  return { message: name, ...Object.fromEntries(members) };
}

// Undefined: the table has no message of this name.
function messageFromJson(table, input) {
  const name = input.text('message');
  const fields = table.named(name)?.fields;
  if (fields === undefined) return undefined;
  const values = new Map(fields.map(([field, kind]) => [field, FIELD_FORMS[kind].fromJson(input, field)]));
  return { name, values };
}

const HANDSHAKE_FORMS = Object.freeze({
  hello: (message) => ({
    versions: hex(message.versions),
    suites: hex(message.suites),
    nonce: hex(message.nonceI),
    node_id: hex(message.nodeIdI),
    ephemeral: hex(message.ephemeralI),
    padding: message.padding,
  }),
  response: (message) => ({
    version: message.version,
    suite: message.suite,
    nonce: hex(message.nonceR),
    node_id: hex(message.nodeIdR),
    ephemeral: hex(message.ephemeralR),
    challenge: hex(message.nonceI),
  }),
  auth_proof: authToJson,
  final: authToJson,
});

function authToJson({ sessionId, signature, parameters }) {
  return { session_id: hex(sessionId), signature: hex(signature), parameters: hex(parameters) };
}

function handshakeToJson(name, message) {
  return HANDSHAKE_FORMS[name](message);
}

// What a node established, or null.
function establishedToJson(established) {
  if (established === null) return null;
  return {
    session_id: hex(established.sessionId),
    peer: hex(established.peer),
    chain_i2r: hex(established.chainI2r),
    chain_r2i: hex(established.chainR2i),
    peer_parameters: hex(encodeParameters(established.peerParameters)),
  };
}

module.exports = {
  frameToJson,
  frameFromJson,
  parametersToJson,
  parametersFromJson,
  messageToJson,
  messageFromJson,
  handshakeToJson,
  establishedToJson,
};
