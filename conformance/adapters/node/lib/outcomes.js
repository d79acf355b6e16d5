'use strict';
// The answers to a request (docs/adapter-protocol.md), without its id.

const accept = (out = {}) => ({ outcome: 'accept', out });
const reject = (stage, reason) => ({ outcome: 'reject', stage, reason });
const needMore = (atLeast) => ({ outcome: 'need_more', at_least: atLeast });
const unsupported = () => ({ outcome: 'unsupported' });
const requestError = (message) => ({ outcome: 'error', message });

module.exports = { accept, reject, needMore, unsupported, requestError };
