'use strict';
// Vector kinds of the storage: addresses and records.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const { NONCE_BYTES, ADDRESS_BYTES, ...storage } = require('../storage/record');

const NAME_BYTES = 32;
const keyOf = (input) => input.bytes('storage_key', 32);

function storageAddress(input) {
  return accept({ address: hex(storage.addressOf(input.bytes('bytes'))) });
}

function storageSeal(input) {
  const { name, record } = storage.sealRecord(keyOf(input), input.bytes('nonce', NONCE_BYTES), input.bytes('bytes'));
  return accept({ name: hex(name), record: hex(record) });
}

function storageOpen(input) {
  const [key, address, record] = [keyOf(input), input.bytes('address', ADDRESS_BYTES), input.bytes('record')];
  return accept({ bytes: hex(atStage('open', () => storage.openRecord(key, address, record))) });
}

function storageIdentify(input) {
  const [key, name, record] = [keyOf(input), input.bytes('name', NAME_BYTES), input.bytes('record')];
  const { address, size } = atStage('open', () => storage.identifyRecord(key, name, record));
  return accept({ address: hex(address), size: String(size) });
}

module.exports = [
  ['storage.address', storageAddress],
  ['storage.seal', storageSeal],
  ['storage.open', storageOpen],
  ['storage.identify', storageIdentify],
];
