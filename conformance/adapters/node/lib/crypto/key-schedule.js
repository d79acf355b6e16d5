'use strict';
// From the psk to the keys of frames (docs/spec/handshake.md, the table of labels; session.md, "Keys and rotation").

const { kdf, hash } = require('./primitives');

const SESSION_ID_BYTES = 8;

//= STT-HANDSHAKE-012
const transcriptStart = (psk) => kdf(psk, 'transcript');
const transcriptNext = (transcript, frame) => hash(transcript, frame);

//= STT-HANDSHAKE-013
const helloKey = (psk) => kdf(psk, 'hello');
const responseKey = (psk, h1) => kdf(psk, 'response', h1);

//= STT-HANDSHAKE-014
const sessionSecret = (psk, h2, shared) => kdf(psk, 'session', h2, shared);

//= STT-HANDSHAKE-015
//= STT-ROTATION-001
function secretKeys(secret) {
  return {
    authI2r: kdf(secret, 'auth i2r'),
    authR2i: kdf(secret, 'auth r2i'),
    chainI2r: kdf(secret, 'chain i2r'),
    chainR2i: kdf(secret, 'chain r2i'),
  };
}

//= STT-ROTATION-002
const epochKey = (chain) => kdf(chain, 'key');
const nextChain = (chain) => kdf(chain, 'rotate');

// The keys of the first epochs of a direction.
//= STT-ROTATION-003
function firstEpochKeys(chain0, count) {
  const keys = [];
  for (let chain = chain0; keys.length < count; chain = nextChain(chain)) keys.push(epochKey(chain));
  return keys;
}

//= STT-HANDSHAKE-018
function sessionIdOf({ nonceI, nonceR, nodeIdI, nodeIdR }) {
  return Buffer.from(nonceI.subarray(0, SESSION_ID_BYTES)
    .map((byte, index) => byte ^ nonceR[index] ^ nodeIdI[index] ^ nodeIdR[index]));
}

module.exports = {
  transcriptStart,
  transcriptNext,
  helloKey,
  responseKey,
  sessionSecret,
  secretKeys,
  epochKey,
  nextChain,
  firstEpochKeys,
  sessionIdOf,
};
