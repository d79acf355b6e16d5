'use strict';
// How an object of a storage stands on disk: its record, and the name that it stands under
// (docs/spec/primitives.md, "BinaryStorage").

const { Refusal } = require('../refusal');
const { equal } = require('../bytes');
const { kdf, sha3, seal, open } = require('../crypto/primitives');

const NONCE_BYTES = 24;
const ADDRESS_BYTES = 32;
const TAG_BYTES = 16;
const OBJECT_START = NONCE_BYTES + ADDRESS_BYTES + TAG_BYTES;
const OVERHEAD = OBJECT_START + TAG_BYTES;

//= STT-STORAGE-001
const addressOf = (object) => sha3(object);

//= STT-STORAGE-005
const nameOf = (storageKey, address) => kdf(storageKey, 'index', address);

// The two sealed parts of a record. Each has a key of its own, and is bound to what it belongs to.
//= STT-STORAGE-002
//= STT-STORAGE-010
const addressPart = (storageKey, name) => ({
  key: kdf(storageKey, 'address'), associated: Buffer.concat([Buffer.from('STT-1 address'), name]),
});
const objectPart = (storageKey, address) => ({
  key: kdf(storageKey, 'object'), associated: Buffer.concat([Buffer.from('STT-1 object'), address]),
});

//= STT-STORAGE-011
function sealRecord(storageKey, nonce, object) {
  const address = addressOf(object);
  const name = nameOf(storageKey, address);
  const parts = [[addressPart(storageKey, name), address], [objectPart(storageKey, address), object]];
  const sealed = parts.flatMap(([{ key, associated }, text]) => {
    const { ciphertext, tag } = seal(key, nonce, associated, text);
    return [ciphertext, tag];
  });
  return { name, record: Buffer.concat([nonce, ...sealed]) };
}

// Whatever is wrong with a record is one and the same error.
//= STT-STORAGE-012
function must(holds) {
  if (!holds) throw new Refusal('storage.object_damaged');
}

function openPart({ key, associated }, record, sealed) {
  const split = sealed.length - TAG_BYTES;
  try {
    return open(key, record.subarray(0, NONCE_BYTES), associated, sealed.subarray(0, split), sealed.subarray(split));
  } catch (error) {
    if (error instanceof Refusal) return must(false);
    throw error;
  }
}

// Which object a record holds, and how large it is; the object stays sealed.
function identifyRecord(storageKey, name, record) {
  must(record.length >= OVERHEAD);
  const address = openPart(addressPart(storageKey, name), record, record.subarray(NONCE_BYTES, OBJECT_START));
  must(equal(nameOf(storageKey, address), name));
  return { address, size: record.length - OVERHEAD };
}

//= STT-STORAGE-004
function openRecord(storageKey, address, record) {
  const held = identifyRecord(storageKey, nameOf(storageKey, address), record);
  must(equal(held.address, address));
  const object = openPart(objectPart(storageKey, address), record, record.subarray(OBJECT_START));
  must(equal(addressOf(object), address));
  return object;
}

module.exports = { NONCE_BYTES, ADDRESS_BYTES, addressOf, sealRecord, identifyRecord, openRecord };
