'use strict';
// What a frame came by: UDP, whatever the address, or one connection of WebSocket. A carrier is a text; equal ones are
// the same.

const { Refusal } = require('../refusal');

const UDP = 'udp';
const CONNECTION = /^websocket (?:0|[1-9][0-9]{0,9})$/;

const isConnection = (carrier) => carrier !== UDP;
const isCarrier = (text) => text === UDP || CONNECTION.test(text);

// Of what a frame names, that which lives where the frame came from.
//= STT-WS-004
//= STT-WS-005
//= STT-WS-006
function ofCarrier(named, carrier) {
  const there = named.filter((one) => one.carrier === carrier);
  if (there.length === 0 && named.length > 0) throw new Refusal('session.wrong_transport');
  return there;
}

module.exports = { UDP, isConnection, isCarrier, ofCarrier };
