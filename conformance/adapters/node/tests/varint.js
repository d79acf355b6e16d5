'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, randomSource } = require('./support');

const TABLE = [
  ['0', '00'], ['1', '01'], ['127', '7f'], ['128', '8001'], ['300', 'ac02'], ['16383', 'ff7f'], ['16384', '808001'],
  ['4294967295', 'ffffffff0f'], ['9223372036854775808', '80808080808080808001'],
  ['18446744073709551615', 'ffffffffffffffffff01'],
];

const REFUSED = [
  ['', 'truncated'], ['80', 'truncated'], ['8000', 'overlong'], ['ac8200', 'overlong'],
  [`${repeat('ff', 9)}02`, 'overflow'], [`${repeat('ff', 9)}80`, 'overflow'], [`${repeat('80', 9)}00`, 'overlong'],
];

//= STT-VARINT-001 test
//= STT-VARINT-002 test
//= STT-VARINT-006 test
test('varint: the table of the specification', () => {
  for (const [value, bytes] of TABLE) {
    assert.equal(out('varint.encode', { value }).bytes, bytes);
    assert.deepEqual(out('varint.decode', { bytes: `${bytes}ff` }), { value, consumed: bytes.length / 2 });
  }
});

//= STT-VARINT-003 test
//= STT-VARINT-004 test
//= STT-VARINT-005 test
test('varint: what is refused, and why', () => {
  for (const [bytes, why] of REFUSED) assertRejected('varint.decode', { bytes }, 'varint', `wire.varint_${why}`);
});

test('varint: decode(encode(x)) = x, prefixes are truncated, one value has one encoding', () => {
  const random = randomSource(1);
  for (let round = 0; round < 500; round += 1) {
    const value = String(random.u64());
    const { bytes } = out('varint.encode', { value });
    assert.equal(out('varint.decode', { bytes }).value, value);
    for (let cut = 0; cut < bytes.length; cut += 2) {
      assertRejected('varint.decode', { bytes: bytes.slice(0, cut) }, 'varint', 'wire.varint_truncated');
    }
    const reply = ask('varint.decode', { bytes: random.hex(1 + random.below(11)) });
    if (reply.outcome !== 'accept') continue;
    const again = out('varint.encode', { value: reply.out.value }).bytes;
    assert.equal(again.length / 2, reply.out.consumed);
  }
});
