'use strict';
// The sources hold to the specification's names: every error and every requirement that they name exists.

const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const HOME = path.join(__dirname, '..');
const SPEC = path.join(HOME, '..', '..', '..', 'docs', 'spec');

function filesIn(folder, ending) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(full, ending);
    return entry.name.endsWith(ending) ? [full] : [];
  });
}

const ERROR_NAME = /'((?:base|wire|crypto|handshake|session|stream|primitives|websocket|storage)\.[a-z_0-9]+)'/g;
const CITATION = /\/\/= (STT-[A-Z]+-\d{3})/g;
// Names of vector kinds that look like errors.
const KINDS = [
  'handshake.decode', 'handshake.transcript', 'handshake.responder', 'handshake.initiator', 'session.open',
  'session.send', 'stream.open', 'stream.receive', 'websocket.handshake', 'websocket.message', 'websocket.url',
  'storage.address', 'storage.seal', 'storage.open', 'storage.identify',
];

const read = (file) => fs.readFileSync(file, 'utf8');
const options = { skip: fs.existsSync(SPEC) ? false : 'the specification is not beside the adapter' };

//= STT-ERROR-001 test
test('sources: every error is one of the registry', options, () => {
  const names = read(path.join(SPEC, 'errors.md')).match(/`[a-z]+\.[a-z_0-9]+`/g);
  const registry = new Set(names.map((name) => name.slice(1, -1)));
  const named = filesIn(path.join(HOME, 'lib'), '.js').flatMap((file) => (
    [...read(file).matchAll(ERROR_NAME)].map(([, name]) => name)
  ));
  assert.ok(named.length > 50);
  assert.deepEqual(named.filter((name) => !registry.has(name) && !KINDS.includes(name)), []);
});

test('sources: every requirement that is cited exists', options, () => {
  const known = new Set(filesIn(SPEC, '.md').flatMap((file) => read(file).match(/\*\*STT-[A-Z]+-\d{3}\*\*/g) ?? [])
    .map((id) => id.slice(2, -2)));
  const cited = filesIn(HOME, '.js').flatMap((file) => [...read(file).matchAll(CITATION)].map(([, id]) => id));
  assert.ok(cited.length > 100);
  assert.deepEqual(cited.filter((id) => !known.has(id)), []);
});
