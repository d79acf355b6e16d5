'use strict';
// Vector kinds of what stands in frames: handshake messages, parameters, control, data, stream control.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const { RequestError } = require('../input');
const { MESSAGE_TYPE, decodeHandshakeMessage } = require('../codec/handshake-messages');
const { decodeParameters, encodeParameters } = require('../codec/parameters');
const { CONTROL } = require('../codec/control');
const { STREAM_CONTROL } = require('../codec/stream-control');
const { decodeData, encodeData } = require('../codec/data');
const forms = require('./forms');

function handshakeDecode(input) {
  const name = input.text('message');
  if (!Object.hasOwn(MESSAGE_TYPE, name)) throw new RequestError('message must be that of a handshake');
  const message = atStage('message', () => decodeHandshakeMessage(name, input.bytes('bytes')));
  return accept(forms.handshakeToJson(name, message));
}

function parametersDecode(input) {
  const values = atStage('message', () => decodeParameters(input.bytes('bytes')));
  return accept(forms.parametersToJson(values));
}

function parametersEncode(input) {
  const values = forms.parametersFromJson(input);
  return accept({ bytes: hex(atStage('parameters', () => encodeParameters(values))) });
}

const decodeBy = (table) => (input) => {
  const message = atStage('message', () => table.decode(input.bytes('bytes')));
  return accept(forms.messageToJson(table, message));
};

const encodeBy = (table) => (input) => {
  const message = forms.messageFromJson(table, input);
  if (message === undefined) throw new RequestError('message must be one that exists');
  return accept({ bytes: hex(atStage('message', () => table.encode(message))) });
};

function dataDecode(input) {
  const { endOfMessage, offset, bytes } = atStage('message', () => decodeData(input.bytes('bytes')));
  return accept({ end_of_message: endOfMessage, offset: String(offset), bytes: hex(bytes) });
}

function dataEncode(input) {
  const endOfMessage = input.flag('end_of_message');
  const message = { endOfMessage, offset: input.integer('offset'), bytes: input.bytes('bytes') };
  return accept({ bytes: hex(atStage('message', () => encodeData(message))) });
}

module.exports = [
  ['handshake.decode', handshakeDecode],
  ['parameters.decode', parametersDecode],
  ['parameters.encode', parametersEncode],
  ['control.decode', decodeBy(CONTROL)],
  ['control.encode', encodeBy(CONTROL)],
  ['data.decode', dataDecode],
  ['data.encode', dataEncode],
  ['stream_control.decode', decodeBy(STREAM_CONTROL)],
  ['stream_control.encode', encodeBy(STREAM_CONTROL)],
];
