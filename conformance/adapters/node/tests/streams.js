'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, randomSource } = require('./support');

const text = (string) => Buffer.from(string).toString('hex');

function data(stream, offset, string, ends = false, type = 2) {
  const message = { end_of_message: ends, offset: String(offset), bytes: text(string) };
  return { type, stream, payload: out('data.encode', message).bytes };
}

function control(stream, message, fields = {}) {
  return { type: 4, stream, payload: out('stream_control.encode', { message, ...fields }).bytes };
}

const close = (stream, position) => control(stream, 'close', { final_position: String(position) });
const stop = (stream, code) => control(stream, 'stop', { code: String(code) });
const reset = (stream, code, position) => (
  control(stream, 'reset', { code: String(code), final_position: String(position) })
);

const given = (frames, more) => ({ role: 'responder', frames, ...more });
const receive = (frames, more = {}) => out('stream.receive', given(frames, more));
const lines = (frames, more = {}) => receive(frames, more).streams;

function assertStreamRefused(frames, name, more = {}) {
  assertRejected('stream.receive', given(frames, more), 'stream', `stream.${name}`);
}

function line(stream, strings = [], { partial = '', end = 'open', type = 2 } = {}) {
  return { stream, messages: strings.map((string) => ({ type, bytes: text(string) })), partial: text(partial), end };
}

//= STT-STREAM-003 test
//= STT-STREAM-004 test
//= STT-STREAM-010 test
//= STT-STREAM-011 test
//= STT-STREAM-019 test
test('streams: messages whole, once and in order, whatever is missing elsewhere', () => {
  const frames = [
    data(7, 4, '', true), data(1, 3, 'late'), data(7, 0, 'abc', true), data(7, 5, 'd'), data(7, 0, 'XYZ', true),
    data(3, 0, 'typed', true, 0x91), control(5, 'open'),
  ];
  assert.deepEqual(receive(frames), {
    streams: [line(1), line(3, ['typed'], { type: 0x91 }), line(5), line(7, ['abc', ''], { partial: 'd' })],
    replies: [],
  });
  assert.deepEqual(lines(frames, { whole: true })[3], line(7, ['abc', '']));
  assert.deepEqual(lines([data(1, 2, 'cd'), data(1, 4, '', true), data(1, 0, 'ABCDEF')]), [
    line(1, ['ABcd'], { partial: 'F' }),
  ]);
  assert.deepEqual(lines([data(2, 0, 'a')], { role: 'initiator' }), [line(2, [], { partial: 'a' })]);
});

//= STT-STREAM-045 test
//= STT-STREAM-052 test
//= STT-STREAM-059 test
test('streams: how a direction ends', () => {
  const message = data(1, 0, 'a', true);
  assert.deepEqual(lines([message, close(1, 2), close(1, 2)]), [line(1, ['a'], { end: 'stream.closed' })]);
  assert.deepEqual(lines([close(1, 0), reset(1, 7, 0)]), [line(1, [], { end: 'stream.closed' })]);
  assert.deepEqual(lines([message, close(1, 3)]), [line(1, ['a'])]);
  assert.deepEqual(lines([data(1, 2, 'b'), close(1, 3)]), [line(1)]);
  const within = [message, data(1, 2, 'b'), close(1, 3)];
  const end = 'stream.message_incomplete';
  assert.deepEqual(lines(within), [line(1, ['a'], { partial: 'b', end })]);
  assert.deepEqual(lines(within, { whole: true }), [line(1, ['a'], { end })]);
  assert.deepEqual(receive([message, close(1, 4), reset(1, 7, 4), reset(1, 8, 4), data(1, 2, 'b')]), {
    streams: [line(1, [], { end: 'stream.reset' })], replies: [],
  });
});

//= STT-STREAM-023 test
//= STT-STREAM-025 test
//= STT-STREAM-026 test
//= STT-STREAM-056 test
test('streams: what is owed in answer', () => {
  const reply = (stream, code, message = 'reset') => ({ stream, message, code: String(code) });
  assert.deepEqual(receive([stop(3, 70_000), stop(1, 0), stop(3, 1)]).replies, [reply(1, 0), reply(3, 70_000)]);
  const one = { max_streams: '1' };
  assert.deepEqual(receive([data(5, 0, 'a'), data(3, 0, 'b'), data(3, 1, 'c')], one), {
    streams: [line(5, [], { partial: 'a' })], replies: [reply(3, 0x503)],
  });
  assert.deepEqual(lines([close(1, 0), stop(1, 9), control(3, 'open')], one).length, 2);
  assert.deepEqual(lines([close(1, 1), stop(1, 9), control(3, 'open')], one).length, 1);
  const over = [1, 3].flatMap((id) => [close(id, 0), stop(id, 9)]);
  assert.deepEqual(receive([...over, control(5, 'open')], one).replies[2], reply(5, 0x503));
  assert.deepEqual(receive([reset(1, 0x503, 0)]).replies, [reply(1, 0x503)]);
});

//= STT-STREAM-013 test
//= STT-STREAM-014 test
//= STT-STREAM-015 test
test('streams: messages that are too large where whole ones are awaited', () => {
  const more = { whole: true, max_message_bytes: '3' };
  const owed = [{ stream: 1, message: 'stop', code: String(0x50d) }];
  const tooLarge = [line(1, ['abc'], { end: 'stream.message_too_large' })];
  const first = data(1, 0, 'abc', true);
  for (const frames of [[data(1, 4, 'defg')], [data(1, 4, 'defg', true)], [data(1, 4, 'defg'), close(1, 8)]]) {
    assert.deepEqual(receive([first, ...frames], more), { streams: tooLarge, replies: owed });
  }
  const both = [first, data(1, 4, 'defg'), stop(1, 5)];
  assert.deepEqual(receive(both, more).replies.map(({ message }) => message), ['reset', 'stop']);
  assert.deepEqual(lines([first, data(1, 4, 'def')], more), [line(1, ['abc'])]);
  assert.deepEqual(lines([first, data(1, 4, 'defg', true)], { ...more, whole: false }), [line(1, ['abc', 'defg'])]);
});

//= STT-STREAM-012 test
//= STT-STREAM-020 test
//= STT-STREAM-053 test
//= STT-STREAM-054 test
//= STT-STREAM-055 test
test('streams: refusals by the state', () => {
  assertStreamRefused([data(2, 0, 'a')], 'not_opened');
  assertStreamRefused([control(1, 'open')], 'not_opened', { role: 'initiator' });
  for (const [first, second] of [
    [data(1, 0, 'a'), data(1, 1, 'b', true, 0x80)], [data(1, 1, 'b'), data(1, 0, 'a', false, 0x80)],
    [data(1, 1, 'b'), data(1, 0, 'ab', true, 0x80)], [data(1, 5, 'a'), data(1, 6, '', true, 0x80)],
  ]) assertStreamRefused([first, second], 'message_type_changed');
  assert.deepEqual(lines([data(1, 0, 'a', true), data(1, 2, 'b', true, 0x80)])[0].messages.map(({ type }) => type),
    [2, 0x80]);
  for (const frames of [
    [close(1, 2), data(1, 0, 'abc')], [data(1, 0, 'abc'), close(1, 2)], [close(1, 2), close(1, 3)],
    [close(1, 2), reset(1, 0, 1)], [reset(1, 0, 2), data(1, 2, 'a')], [reset(1, 0, 2), close(1, 3)],
    [close(1, 2), data(1, 2, '', true)],
  ]) assertStreamRefused(frames, 'final_position');
});

//= STT-FLOW-002 test
//= STT-FLOW-003 test
//= STT-FLOW-004 test
//= STT-FLOW-012 test
test('streams: credit', () => {
  const few = { initial_stream_credit: '4' };
  const little = { initial_session_credit: '4' };
  for (const frame of [data(1, 1, 'abcd'), data(1, 0, 'abcd', true), data(1, 4, 'a'), close(1, 5), reset(1, 0, 5)]) {
    assertStreamRefused([frame], 'credit_exceeded', few);
  }
  for (const frames of [
    [data(1, 0, 'ab'), data(3, 0, 'abc')], [data(1, 3, 'ab')], [data(1, 0, 'abc'), reset(3, 0, 2)],
    [reset(1, 0, 4), data(3, 0, 'a')],
  ]) assertStreamRefused(frames, 'session_credit_exceeded', little);
  for (const more of [few, little]) {
    assert.deepEqual(lines([data(1, 2, 'cd'), data(1, 0, 'abc')], more), [line(1, [], { partial: 'abcd' })]);
  }
  assertStreamRefused([data(1, 0, 'a')], 'credit_exceeded', { initial_stream_credit: '0' });
});

//= STT-STREAM-027 test
test('streams: 256 gaps and not one more', () => {
  const gaps = Array.from({ length: 256 }, (_, index) => data(1, 2 * index + 1, 'a'));
  const more = data(1, 600, 'z');
  assert.equal(ask('stream.receive', given(gaps)).outcome, 'accept');
  assertStreamRefused([...gaps, more], 'too_many_gaps');
  assert.deepEqual(lines([...gaps, more, data(1, 0, 'b')]), [line(1, [], { partial: 'ba' })]);
  assert.equal(ask('stream.receive', given([...gaps, data(1, 0, 'b'), more])).outcome, 'accept');
  assertStreamRefused([...gaps, data(1, 512, 'x'), data(1, 514, 'x')], 'too_many_gaps');
});

test('streams: a payload is decoded first; other frames are no question', () => {
  for (const [type, payload, reason] of [
    [2, '0000', 'data_empty'], [0xff, '020061', 'data_flags'], [2, '', 'truncated'],
    [4, '06', 'stream_control_type'], [4, '0100', 'trailing_bytes'],
  ]) {
    const frames = [{ type, stream: 1, payload }];
    assertRejected('stream.receive', given(frames), 'message', `wire.${reason}`);
  }
  for (const frames of [[], [{ type: 3, stream: 1, payload: '' }], [{ type: 128, stream: 0, payload: '' }]]) {
    assert.equal(ask('stream.receive', given(frames)).outcome, 'error');
  }
});

test('streams: any cuts in any order make the same messages', () => {
  const random = randomSource(12);
  const bytes = Buffer.from('one\0\0two three\0four\0');
  for (let round = 0; round < 50; round += 1) {
    const pieces = [];
    for (let tries = 0; tries < 40; tries += 1) {
      const [low, length] = [random.below(bytes.length), 1 + random.below(6)];
      const end = bytes.indexOf(0, low);
      const high = Math.min(low + length, end);
      pieces.push(data(1, low, bytes.toString('latin1', low, high), high === end));
    }
    const all = ['one', '', 'two three', 'four'];
    let offset = 0;
    const rest = all.map((message) => {
      offset += message.length + 1;
      return data(1, offset - message.length - 1, message, true);
    });
    const streams = lines([...pieces, ...rest, close(1, bytes.length)]);
    assert.deepEqual(streams, [line(1, all, { end: 'stream.closed' })]);
  }
});
