#!/usr/bin/env python3
"""My implementation of STT/1 under the conformance suite.

    stt conform adapter check --adapter 'python3 adapter.py'      is this adapter honest?
    stt conform run           --adapter 'python3 adapter.py'      is the implementation right?

The suite writes requests to standard input, one line of JSON each, and reads one line for each from standard
output. docs/adapter-protocol.md says which there are, vectors/README.md what each kind of vector asks, and
`stt conform serve` answers the same requests with the reference. What is not there yet is "unsupported": that is
no failure.
"""

import json
import sys

# The first kind. The table in vectors/README.md says: in: bytes; out: value, consumed; stage of a refusal: varint.
# To begin, put its line into KINDS below, and look at what is asked and expected:
#
#     stt conform list --kind varint.decode
#     stt conform explain varint.decode/protobuf-300
#
# def varint_decode(given):
#     data = bytes.fromhex(given["bytes"])                  # bytes are lower-case hex
#     try:
#         value, consumed = my_stt.decode_varint(data)
#     except my_stt.Overlong:                               # reasons are the names of docs/spec/errors.md
#         return reject("varint", "wire.varint_overlong")
#     return accept(value=str(value), consumed=consumed)    # 64-bit integers are decimal strings

KINDS = {
    # "varint.decode": varint_decode,
}


def accept(**out):
    return {"outcome": "accept", "out": out}


def reject(stage, reason):
    return {"outcome": "reject", "stage": stage, "reason": reason}


def unsupported():
    return {"outcome": "unsupported"}


def error(message):
    """The request is of a kind that is known, and cannot be read."""
    return {"outcome": "error", "message": message}


def hello(_request):
    return {
        "outcome": "accept",
        "protocol": 1,
        "implementation": "my-stt",
        "version": "0.1",
        "kinds": sorted(KINDS),
        # True when peer.* is answered: then the suite plays whole sessions, and puts this implementation into
        # simulated networks, with the reference or with itself.
        "peer": False,
        # "injected" when every random byte comes from the request; until then, "own".
        "entropy": "own",
        "features": [],
        "unsupported_config": [],
    }


def vector(request):
    answer = KINDS.get(request.get("kind"))
    if answer is None:
        return unsupported()
    try:
        return answer(request["in"])
    except (KeyError, TypeError, ValueError) as wrong:
        return error(repr(wrong))


def reset(_request):
    """Nothing that happened before may be seen afterwards."""
    return {"outcome": "accept"}


OPERATIONS = {"hello": hello, "vector": vector, "reset": reset}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        answer = OPERATIONS.get(request.get("op"))
        reply = answer(request) if answer else unsupported()
        try:
            said = json.dumps({**reply, "id": request["id"]})
        except TypeError as wrong:  # not JSON: bytes that are no hex, for example
            said = json.dumps({**error(repr(wrong)), "id": request["id"]})
        print(said, flush=True)  # standard output is for replies only; say all else to sys.stderr


if __name__ == "__main__":
    main()
