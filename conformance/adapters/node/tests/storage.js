'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { out, assertRejected, flipBit, repeat } = require('./support');

const KEY = repeat('5a', 32);
const NONCE = repeat('17', 24);
const HEAD_BYTES = 72;

const addressOf = (bytes) => out('storage.address', { bytes }).address;
const sealed = (bytes) => out('storage.seal', { storage_key: KEY, nonce: NONCE, bytes });

function assertDamaged(kind, input) {
  assertRejected(`storage.${kind}`, { storage_key: KEY, ...input }, 'open', 'storage.object_damaged');
}

//= STT-STORAGE-001 test
//= STT-STORAGE-002 test
//= STT-STORAGE-005 test
//= STT-STORAGE-010 test
//= STT-STORAGE-011 test
test('storage: address, name and record of an object', () => {
  for (const bytes of ['', '6f626a656374']) {
    const address = addressOf(bytes);
    const kdf = (label, ...context) => out('kdf', { key: KEY, label, context }).key;
    const part = (label, about, text) => {
      const associated = Buffer.from(`STT-1 ${label}`).toString('hex') + about;
      const { ciphertext, tag } = out('aead.seal', { key: kdf(label), nonce: NONCE, associated, text });
      return ciphertext + tag;
    };
    const name = kdf('index', address);
    const record = NONCE + part('address', name, address) + part('object', address, bytes);
    assert.equal(address, out('sha3', { bytes }).digest);
    assert.deepEqual(sealed(bytes), { name, record });
    assert.deepEqual(out('storage.open', { storage_key: KEY, address, record }), { bytes });
    const size = String(bytes.length / 2);
    assert.deepEqual(out('storage.identify', { storage_key: KEY, name, record }), { address, size });
  }
});

//= STT-STORAGE-004 test
//= STT-STORAGE-012 test
test('storage: every bit counts, and what a record was asked for', () => {
  const address = addressOf('6f62');
  const { name, record } = sealed('6f62');
  const other = sealed('6f63');
  for (let bit = 0; bit < record.length * 4; bit += 1) {
    const broken = flipBit(record, bit);
    assertDamaged('open', { address, record: broken });
    if (bit < HEAD_BYTES * 8) assertDamaged('identify', { name, record: broken });
  }
  for (const broken of ['', record.slice(0, 174), other.record]) {
    assertDamaged('open', { address, record: broken });
    assertDamaged('identify', { name, record: broken });
  }
  for (const broken of [record.slice(0, -2), `${record}00`]) assertDamaged('open', { address, record: broken });
  assertDamaged('open', { address, record, storage_key: repeat('5b', 32) });
  assertDamaged('identify', { name, record, storage_key: repeat('5b', 32) });
  assertDamaged('open', { address: addressOf('6f63'), record });
  assertDamaged('identify', { name: other.name, record });
});

test('storage: parts that open and do not belong together', () => {
  const kdf = (label, ...context) => out('kdf', { key: KEY, label, context }).key;
  const part = (label, about, text) => {
    const associated = Buffer.from(`STT-1 ${label}`).toString('hex') + about;
    const { ciphertext, tag } = out('aead.seal', { key: kdf(label), nonce: NONCE, associated, text });
    return ciphertext + tag;
  };
  const [address, wrong] = [addressOf('6f62'), addressOf('6f63')];
  const name = kdf('index', address);
  const otherBytes = NONCE + part('address', name, address) + part('object', address, '6f63');
  const otherAddress = NONCE + part('address', name, wrong) + part('object', address, '6f62');
  assertDamaged('open', { address, record: otherBytes });
  assertDamaged('open', { address, record: otherAddress });
  assertDamaged('identify', { name, record: otherAddress });
});
