'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { ask, out, assertRejected, repeat, randomSource, flipBit } = require('./support');

const SEED = repeat('11', 32);
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

//= STT-CRYPTO-002 test
//= STT-CRYPTO-003 test
//= STT-CRYPTO-012 test
test('hashes: known answers', () => {
  const context = [Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex')];
  assert.equal(out('kdf', { key: repeat('07', 32), label: 'response', context }).key,
    '196623a3960a5d35f6bce1647b2ca99a14d0043bd2acb234a8c4b2849b8e5ce9');
  assert.equal(out('hash', { parts: ['6162', '6364'] }).digest,
    '9cc3912a042827e45983ed53df3c759f4574added1d07c6d0c7fe0bc3ecf9c42');
  assert.equal(out('hash', { parts: [] }).digest,
    '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
  assert.equal(out('sha3', { bytes: '' }).digest, 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a');
  assert.equal(ask('kdf', { key: repeat('07', 31), label: 'a', context: [] }).outcome, 'error');
  assert.equal(ask('kdf', { key: repeat('07', 32), label: 'ä', context: [] }).outcome, 'error');
});

//= STT-CRYPTO-001 test
//= STT-CRYPTO-004 test
test('aead: draft-irtf-cfrg-xchacha-03, A.3.1', () => {
  const range = (first, count) => (
    Buffer.from(Array.from({ length: count }, (_, index) => first + index)).toString('hex')
  );
  const sunscreen = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    + 'sunscreen would be it.';
  const common = { key: range(0x80, 32), nonce: range(0x40, 24), associated: `50515253${range(0xc0, 8)}` };
  const sealed = out('aead.seal', { ...common, text: Buffer.from(sunscreen).toString('hex') });
  assert.equal(sealed.tag, 'c0875924c1c7987947deafd8780acf49');
  assert.equal(sealed.ciphertext.slice(0, 16), 'bd6d179d3e83d43b');
  assert.equal(Buffer.from(out('aead.open', { ...common, ...sealed }).text, 'hex').toString(), sunscreen);
  for (const member of ['key', 'nonce', 'associated', 'ciphertext', 'tag']) {
    const all = { ...common, ...sealed };
    const changed = { ...all, [member]: flipBit(all[member], 5) };
    assertRejected('aead.open', changed, 'open', 'crypto.authentication_failed');
  }
  const empty = out('aead.seal', { ...common, associated: '', text: '' });
  assert.equal(out('aead.open', { ...common, associated: '', ...empty }).text, '');
});

//= STT-CRYPTO-006 test
//= STT-CRYPTO-007 test
test('key exchange: RFC 7748 5.2, both sides, low order', () => {
  const known = {
    scalar: 'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
    peer: 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
  };
  assert.equal(out('key_exchange', known).shared, 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552');
  const random = randomSource(5);
  const [a, b] = [random.hex(32), random.hex(32)];
  const publicOf = (scalar) => out('key_exchange', { scalar, peer: `09${repeat('00', 31)}` }).shared;
  const there = out('key_exchange', { scalar: a, peer: publicOf(b) });
  assert.equal(there.public, publicOf(a));
  assert.equal(there.shared, out('key_exchange', { scalar: b, peer: publicOf(a) }).shared);
  const lowOrder = [
    repeat('00', 32), `01${repeat('00', 31)}`, `ec${repeat('ff', 30)}7f`, `ed${repeat('ff', 30)}7f`,
    `ee${repeat('ff', 30)}7f`, `${repeat('00', 31)}80`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ];
  for (const peer of lowOrder) {
    assertRejected('key_exchange', { scalar: a, peer }, 'key_exchange', 'crypto.key_exchange_failed');
  }
});

//= STT-IDENTITY-001 test
//= STT-IDENTITY-002 test
//= STT-IDENTITY-003 test
//= STT-IDENTITY-006 test
//= STT-IDENTITY-007 test
//= STT-IDENTITY-008 test
test('seeds: known answers, and too short ones', () => {
  assert.deepEqual(out('seed.node', { seed: SEED }), {
    node_id: '0b3fe717d3844325f36d2364c06091bba48467ece6e915f2104c1baa28b1e83e',
    storage_key: '14c2ce79bf5e99044f8c330a9a0af32954300dd0d24fa6861ee394b5b1769f57',
  });
  assert.deepEqual(out('seed.shared', { seed: SEED }), {
    psk: 'fa75354c3d4334f11d9be0952945fa07603e58a49ab55d438f26db6e2a8a7f7e', hint: '71632360996cc0c2',
  });
  const short = { seed: repeat('11', 31), label: 'a', digest: '' };
  for (const kind of ['seed.node', 'seed.shared', 'signature.sign']) {
    assertRejected(kind, short, 'seed', 'crypto.seed_too_short');
  }
});

const readLittle = (hex) => BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`);
const writeLittle = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');

//= STT-CRYPTO-008 test
//= STT-CRYPTO-009 test
test('signatures: sign and verify; another label, digest, node or S is refused', () => {
  const claim = { label: 'STT-1 initiator', digest: repeat('22', 32) };
  const nodeId = out('seed.node', { seed: SEED }).node_id;
  const { signature } = out('signature.sign', { seed: SEED, ...claim });
  const valid = { node_id: nodeId, ...claim, signature };
  assert.deepEqual(out('signature.verify', valid), {});
  const s = readLittle(signature.slice(64));
  for (const change of [
    { label: 'STT-1 responder' }, { digest: repeat('23', 32) },
    { node_id: out('seed.node', { seed: repeat('12', 32) }).node_id },
    { signature: flipBit(signature, 3) }, { signature: signature.slice(0, 64) + writeLittle(s + ORDER) },
  ]) assertRejected('signature.verify', { ...valid, ...change }, 'signature', 'crypto.signature_invalid');
});

//= STT-CRYPTO-010 test
//= STT-CRYPTO-011 test
test('signatures: strict about A and R', () => {
  const empty = { label: 'a', digest: '' };
  const identity = `01${repeat('00', 31)}`;
  // With A and R the identity and S = 0 the bare equation holds for every message.
  const weak = [
    identity, `01${repeat('00', 30)}80`, `ee${repeat('ff', 30)}7f`, `ec${repeat('ff', 30)}7f`, repeat('00', 32),
  ];
  for (const nodeId of weak) {
    const claim = { node_id: nodeId, ...empty, signature: identity + repeat('00', 32) };
    assertRejected('signature.verify', claim, 'signature', 'crypto.signature_invalid');
  }
  // R the identity and S = h a holds too, for an honest A; only the rule about R refuses it.
  const seed = createHash('sha512').update(Buffer.from('seed of an Ed25519 key')).digest().subarray(0, 32);
  const { ed25519KeyPair } = require('../lib/crypto/primitives');
  const { publicKey } = ed25519KeyPair(seed);
  const scalarBytes = createHash('sha512').update(seed).digest().subarray(0, 32);
  scalarBytes[0] &= 248;
  scalarBytes[31] = (scalarBytes[31] & 127) | 64;
  const hashed = Buffer.concat([Buffer.from(identity, 'hex'), publicKey, Buffer.from('a')]);
  const challenge = createHash('sha512').update(hashed).digest('hex');
  const s = (readLittle(challenge) * readLittle(scalarBytes.toString('hex'))) % ORDER;
  const forged = { node_id: publicKey.toString('hex'), ...empty, signature: identity + writeLittle(s) };
  assertRejected('signature.verify', forged, 'signature', 'crypto.signature_invalid');
});

// The public key has a part of order 2: with the cofactor this would be valid, without it is not.
//= STT-CRYPTO-014 test
test('signatures: no cofactor', () => {
  assertRejected('signature.verify', {
    node_id: '76985cdbd2364a744397b773ed9a33933a0d9390c3775a2aa16fe4f8cb235a8d',
    label: 'STT-1 initiator',
    digest: repeat('00', 32),
    signature: '63bd1bb7f73d997dc6c59d9942d854dc6ddbfe7c2b7a2f0b6a5d27eb4cd5f322'
      + 'f2bfb30f67e5c6d9388190cb7ae152875cf25935db615eb6b63aa38fc924aa0c',
  }, 'signature', 'crypto.signature_invalid');
});

//= STT-HANDSHAKE-018 test
test('session id: xor of four, the first 8 bytes', () => {
  const input = {
    nonce_i: '01'.repeat(32), nonce_r: '02'.repeat(32), node_id_i: '04'.repeat(32), node_id_r: `ff${'08'.repeat(31)}`,
  };
  assert.deepEqual(out('session_id.derive', input), { session_id: 'f80f0f0f0f0f0f0f' });
});

//= STT-HANDSHAKE-012 test
//= STT-HANDSHAKE-013 test
//= STT-HANDSHAKE-014 test
//= STT-HANDSHAKE-015 test
//= STT-ROTATION-001 test
//= STT-ROTATION-002 test
test('key schedule: as composed of kdf, hash and key_exchange', () => {
  const random = randomSource(6);
  const input = {
    psk: random.hex(32), hello: random.hex(90), response: random.hex(80), auth_proof: random.hex(70),
    scalar: random.hex(32), peer: random.hex(32),
  };
  const kdf = (key, label, ...context) => out('kdf', { key, label, context }).key;
  const hash = (...parts) => out('hash', { parts }).digest;
  const all = out('key_schedule', input);
  assert.equal(all.h0, kdf(input.psk, 'transcript'));
  assert.equal(all.h3, hash(hash(hash(all.h0, input.hello), input.response), input.auth_proof));
  assert.equal(all.hello_key, kdf(input.psk, 'hello'));
  assert.equal(all.response_key, kdf(input.psk, 'response', all.h1));
  assert.equal(all.secret, kdf(input.psk, 'session', all.h2, out('key_exchange', input).shared));
  assert.equal(all.auth_r2i, kdf(all.secret, 'auth r2i'));
  assert.equal(all.keys_i2r[2], kdf(kdf(kdf(kdf(all.secret, 'chain i2r'), 'rotate'), 'rotate'), 'key'));
  assert.equal(all.keys_r2i.length, 4);
  assertRejected('key_schedule', { ...input, peer: repeat('00', 32) }, 'key_exchange', 'crypto.key_exchange_failed');
});
