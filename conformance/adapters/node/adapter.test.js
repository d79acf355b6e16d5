'use strict';
// All tests of the adapter: `node --test` in this folder, or `npm test`.

const { before } = require('node:test');
const { ready } = require('./lib/crypto/primitives');

before(() => ready);

require('./tests/varint');
require('./tests/frames');
require('./tests/messages');
require('./tests/cryptography');
require('./tests/handshakes');
require('./tests/sessions');
require('./tests/segments');
require('./tests/streams');
require('./tests/acknowledgements');
require('./tests/sending');
require('./tests/websocket');
require('./tests/connections');
require('./tests/storage');
require('./tests/protocol');
require('./tests/sources');
