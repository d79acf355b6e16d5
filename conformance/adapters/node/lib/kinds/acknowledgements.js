'use strict';
// Vector kinds of acknowledgement: the ACK that a receiver owes, and what a sender learns of ACKs.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { RequestError } = require('../input');
const { CONTROL } = require('../codec/control');
const { rangesOf, SentFrames } = require('../recovery/acknowledgements');

const MOST_SENT = 1_000_000;

function ackReport(input) {
  const ranges = rangesOf(input.listOfIntegers('sequences'));
  return accept({ ranges: ranges.map(({ smallest, largest }) => [String(smallest), String(largest)]) });
}

function takeAck(sent, payload) {
  const { name, values } = atStage('message', () => CONTROL.decode(payload));
  if (name !== 'ack') throw new RequestError('acks must be ACK messages');
  return atStage('ack', () => sent.acknowledge(values.get('ranges')));
}

// A refused ACK closes the session, so the first refusal is the answer.
function ackReceive(input) {
  const skipped = input.has('skipped') ? input.listOfIntegers('skipped') : [];
  const acks = input.listOfBytes('acks');
  if (acks.length === 0) throw new RequestError('acks must not be empty');
  const sent = new SentFrames(input.count('sent', MOST_SENT), skipped);
  const acknowledged = acks.map((payload) => takeAck(sent, payload)).pop();
  return accept({ acknowledged: acknowledged.map(String) });
}

module.exports = [
  ['ack.report', ackReport],
  ['ack.receive', ackReceive],
];
