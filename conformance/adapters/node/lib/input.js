'use strict';
// Reads the members of a request. Whatever is missing or of another form ends in a RequestError: a request that we know
// and cannot read (docs/adapter-protocol.md). Only own members count, so nothing comes from Object.prototype.

const { U64_MAX } = require('./bytes');

const DECIMAL = /^(?:0|[1-9][0-9]{0,19})$/;
const NOT_LOWER_HEX = /[^0-9a-f]/;

class RequestError extends Error {}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toBytes(value, name, length) {
  const isHex = typeof value === 'string' && value.length % 2 === 0 && !NOT_LOWER_HEX.test(value);
  if (!isHex) throw new RequestError(`${name} must be lower-case hex`);
  const bytes = Buffer.from(value, 'hex');
  if (length !== undefined && bytes.length !== length) throw new RequestError(`${name} must have ${length} bytes`);
  return bytes;
}

// An integer of 64 bits at most, as decimal string or as number: which of them a member is, is told by its replies.
function toInteger(value, name) {
  const isNumber = Number.isSafeInteger(value) && value >= 0;
  const isDecimal = typeof value === 'string' && DECIMAL.test(value);
  if (!isNumber && !isDecimal) throw new RequestError(`${name} must be an unsigned integer`);
  const integer = BigInt(value);
  if (integer > U64_MAX) throw new RequestError(`${name} must have 64 bits at most`);
  return integer;
}

class Members {
  #object;

  constructor(object, name = 'the request') {
    if (!isObject(object)) throw new RequestError(`${name} must be an object`);
    this.#object = object;
  }

  has(name) {
    return Object.hasOwn(this.#object, name) && this.#object[name] !== null;
  }

  #get(name) {
    if (!this.has(name)) throw new RequestError(`${name} is missing`);
    return this.#object[name];
  }

  members(name) {
    return new Members(this.#get(name), name);
  }

  bytes(name, length) {
    return toBytes(this.#get(name), name, length);
  }

  integer(name) {
    return toInteger(this.#get(name), name);
  }

  // A small number, up to most.
  count(name, most) {
    const integer = this.integer(name);
    if (integer > BigInt(most)) throw new RequestError(`${name} must be ${most} at most`);
    return Number(integer);
  }

  text(name) {
    const value = this.#get(name);
    if (typeof value !== 'string') throw new RequestError(`${name} must be a text`);
    return value;
  }

  //= STT-CRYPTO-002
  ascii(name) {
    const text = this.text(name);
    for (let index = 0; index < text.length; index += 1) {
      if (text.charCodeAt(index) > 0x7f) throw new RequestError(`${name} must be ASCII`);
    }
    return text;
  }

  flag(name) {
    const value = this.#get(name);
    if (typeof value !== 'boolean') throw new RequestError(`${name} must be true or false`);
    return value;
  }

  #list(name) {
    const value = this.#get(name);
    if (!Array.isArray(value)) throw new RequestError(`${name} must be a list`);
    return value;
  }

  listOfBytes(name, length) {
    return this.#list(name).map((item) => toBytes(item, `an item of ${name}`, length));
  }

  listOfTexts(name) {
    const list = this.#list(name);
    if (!list.every((item) => typeof item === 'string')) throw new RequestError(`an item of ${name} must be a text`);
    return list;
  }

  listOfMembers(name) {
    return this.#list(name).map((item) => new Members(item, `an item of ${name}`));
  }

  listOfIntegers(name) {
    return this.#list(name).map((item) => toInteger(item, `an item of ${name}`));
  }

  // Each item is a list of two integers.
  listOfPairs(name) {
    return this.#list(name).map((item) => {
      if (!Array.isArray(item) || item.length !== 2) throw new RequestError(`an item of ${name} must be a pair`);
      return item.map((integer) => toInteger(integer, `an item of ${name}`));
    });
  }
}

module.exports = { Members, RequestError };
