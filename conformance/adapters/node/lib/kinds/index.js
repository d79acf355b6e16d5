'use strict';
// Every vector kind by name. A handler takes the Members of `in` and answers an outcome, or refuses.

const KINDS = new Map([
  ...require('./frames'),
  ...require('./messages'),
  ...require('./cryptography'),
  ...require('./sessions'),
  ...require('./handshakes'),
  ...require('./segments'),
  ...require('./streams'),
  ...require('./acknowledgements'),
  ...require('./websocket'),
  ...require('./storage'),
]);

module.exports = { KINDS };
