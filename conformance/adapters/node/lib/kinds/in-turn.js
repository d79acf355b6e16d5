'use strict';
// Kinds that offer several inputs in turn, and whose outcome is that of the last one.

const { refusalOf } = require('../refusal');
const { RequestError } = require('../input');

// What `offer` answers to the last input, or its refusal. Refusals before it are passed over.
function offerInTurn(name, inputs, offer) {
  if (inputs.length === 0) throw new RequestError(`${name} must not be empty`);
  for (const input of inputs.slice(0, -1)) refusalOf(() => offer(input));
  return offer(inputs[inputs.length - 1]);
}

module.exports = { offerInTurn };
