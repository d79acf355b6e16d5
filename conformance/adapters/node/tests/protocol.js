'use strict';
// The adapter as the suite sees it: a child process, lines in, lines out.

const test = require('node:test');
const assert = require('node:assert/strict');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { answerLine, MOST_LINE_BYTES } = require('../lib/protocol');
const { LineSplitter } = require('../lib/lines');

const ADAPTER = path.join(__dirname, '..', 'adapter.js');

// Runs the adapter on this input; its replies and its status.
function run(input) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ADAPTER], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      const lines = Buffer.concat(chunks).toString().split('\n');
      assert.equal(lines.pop(), '');
      resolve({ status, replies: lines.map((line) => JSON.parse(line)) });
    });
    child.stdin.end(input);
  });
}

const lines = (...requests) => requests.map((request) => `${JSON.stringify(request)}\n`).join('');
const vector = (id, kind, input) => ({ id, op: 'vector', kind, in: input });

test('process: hello, vectors, reset, the unknown, the unreadable, the end', async () => {
  const stream = vector(3, 'replay.window', { sequences: ['1'] });
  const { status, replies } = await run(lines({ id: 1, op: 'hello', protocol: 1 },
    vector(2, 'varint.decode', { bytes: 'ac02' }), stream,
    { id: 4, op: 'reset' }, { ...stream, id: 5 }, vector(6, 'no.such.kind', {}), { id: 7, op: 'no-such-op' },
    { id: 8, op: 'peer.new', peer: 'a' }, vector(9, 'varint.decode', { bytes: 'AC' }), vector(10, 'varint.decode', {}))
    + 'no json\n[]\n' + lines(vector(11, 'varint.decode', { bytes: '01', unknown: 1 })));
  assert.equal(status, 0);
  assert.deepEqual(replies.map(({ id }) => id), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, null, null, 11]);
  const outcomes = replies.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes.slice(0, 5), Array(5).fill('accept'));
  assert.deepEqual(outcomes.slice(5, 8), Array(3).fill('unsupported'));
  assert.deepEqual(outcomes.slice(8, 12), Array(4).fill('error'));
  assert.deepEqual(replies[1], { id: 2, outcome: 'accept', out: { value: '300', consumed: 2 } });
  assert.equal(replies[0].peer, false);
  assert.equal(replies[0].entropy, 'injected');
  assert.equal(replies[12].outcome, 'accept');
});

test('process: every kind that hello names is answered; an input of nothing ends well', async () => {
  const { status, replies } = await run('');
  assert.deepEqual([status, replies], [0, []]);
  const { kinds } = JSON.parse(answerLine('{"id":1,"op":"hello","protocol":1}'));
  assert.equal(new Set(kinds).size, 50);
  for (const kind of kinds) assert.equal(JSON.parse(answerLine(JSON.stringify(vector(1, kind, {})))).outcome, 'error');
});

test('process: a line that is too long costs one error, not the process', async () => {
  const { status, replies } = await run(`${'x'.repeat(MOST_LINE_BYTES)}\n${lines({ id: 1, op: 'reset' })}`);
  assert.equal(status, 0);
  assert.deepEqual(replies.map(({ id, outcome }) => [id, outcome]), [[null, 'error'], [1, 'accept']]);
});

test('requests: names of Object.prototype mean nothing, odd JSON is an error', () => {
  const answer = (text) => JSON.parse(answerLine(text)).outcome;
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal(answer(`{"id":1,"op":"${name}"}`), 'unsupported');
    assert.equal(answer(`{"id":1,"op":"vector","kind":"${name}","in":{}}`), 'unsupported');
  }
  assert.equal(answer('{"id":1,"op":"vector","kind":"varint.decode","in":{"__proto__":{"bytes":"00"}}}'), 'error');
  for (const text of ['null', '1', '"a"', '{}', '{"id":1,"op":5}', '{"id":1,"op":"vector","kind":"sha3","in":[]}',
    '{"id":1,"op":"vector","kind":"sha3"}', `${'['.repeat(100_000)}`]) assert.equal(answer(text), 'error');
  assert.deepEqual(JSON.parse(answerLine('{"id":{"a":1},"op":"reset"}')).id, null);
});

test('requests: hostile values of every member end in an outcome', () => {
  const values = [
    null, 0, -1, 1.5, 1e300, '', '0', '-1', 'zz', '18446744073709551616', true, [], [[]], {}, 'ff'.repeat(70),
  ];
  const members = ['bytes', 'value', 'key', 'nonce', 'text', 'seed', 'message', 'cuts', 'sequences', 'frames', 'chain',
    'type', 'parts', 'context', 'label', 'ranges', 'entropy', 'scalar', 'peer', 'node_id', 'digest', 'signature',
    'role', 'parameters', 'whole', 'sent', 'skipped', 'acks', 'url', 'storage_key', 'address', 'record', 'name',
    'steps', 'reliable', 'max_streams', 'count', 'carriers', 'node_seed', 'shared_seeds'];
  const { kinds } = JSON.parse(answerLine('{"id":1,"op":"hello","protocol":1}'));
  for (const kind of kinds) {
    for (const value of values) {
      const input = Object.fromEntries(members.map((member) => [member, value]));
      const { outcome, stage, message = '' } = JSON.parse(answerLine(JSON.stringify(vector(1, kind, input))));
      if (outcome === 'reject') assert.equal(typeof stage, 'string');
      assert.ok(['accept', 'reject', 'need_more', 'error'].includes(outcome));
      assert.ok(!message.startsWith('the adapter failed'), `${kind}: ${message}`);
    }
  }
});

test('requests: long lists cost time in proportion, and no stack', () => {
  const outcomeOf = (kind, input) => JSON.parse(answerLine(JSON.stringify(vector(1, kind, input)))).outcome;
  const many = Array(200_000).fill('00');
  assert.equal(outcomeOf('hash', { parts: many }), 'accept');
  assert.equal(outcomeOf('kdf', { key: '11'.repeat(32), label: 'a', context: many }), 'accept');
  const sequences = many.map((_, index) => String(2_047 * index));
  assert.equal(outcomeOf('replay.window', { sequences }), 'accept');
  assert.equal(outcomeOf('frame.stream', { bytes: '', cuts: many.map(() => 0) }), 'accept');
});

test('lines: any pieces, the same lines; too long ones are null', () => {
  const text = Buffer.from('one\n\nüber\nfar too long a line\nlast');
  for (let size = 1; size <= text.length; size += 1) {
    const splitter = new LineSplitter(10);
    const found = [];
    for (let start = 0; start < text.length; start += size) {
      found.push(...splitter.push(text.subarray(start, start + size)));
    }
    found.push(...splitter.finish());
    assert.deepEqual(found, ['one', '', 'über', null, 'last']);
  }
});
