'use strict';
// Every vector kind by name. A handler takes the Members of `in` and answers an outcome, or refuses.

const KINDS = new Map([
  ...require('./frames'),
  ...require('./messages'),
  ...require('./cryptography'),
  ...require('./sessions'),
  ...require('./handshakes'),
  ...require('./segments'),
]);

module.exports = { KINDS };
