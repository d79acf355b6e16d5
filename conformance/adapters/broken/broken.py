"""broken.py HOW: adapters that are wrong in one way each, to show that the suite notices.

They know one kind, varint.decode. HOW is `well` (nothing is wrong) or the name of a function below. A number after
a colon, as in crash:5, is the request at which it happens."""

import json
import os
import signal
import sys
import time


def refused(reason):
    return {"outcome": "reject", "stage": "varint", "reason": "wire.varint_" + reason}


def varint_decode(given):
    value = 0
    for at, byte in enumerate(bytes.fromhex(given["bytes"])):
        if at == 9 and byte > 1:
            return refused("overflow")
        value |= (byte & 127) << (7 * at)
        if byte < 128:
            return refused("overlong") if at > 0 and byte == 0 else \
                {"outcome": "accept", "out": {"value": str(value), "consumed": at + 1}}
    return refused("truncated")


HELLO = {"outcome": "accept", "protocol": 1, "implementation": "broken", "version": "0", "kinds": ["varint.decode"],
         "peer": False, "entropy": "own", "features": [], "unsupported_config": []}


def well(request):
    if request["op"] == "hello":
        return dict(HELLO)
    if request["op"] == "reset":
        return {"outcome": "accept"}
    if request["op"] == "vector" and request["kind"] == "varint.decode":
        try:
            return varint_decode(request["in"])
        except (KeyError, TypeError, ValueError) as wrong:
            return {"outcome": "error", "message": repr(wrong)}
    return {"outcome": "unsupported"}


# --- wrong in what they say: request -> reply

def always_accept(request):
    return well(request) if request["op"] == "hello" else {"outcome": "accept", "out": {}}


def always_reject(request):
    return refused("overlong") if request["op"] == "vector" else well(request)


def echo(request):
    return {key: value for key, value in request.items() if key != "id"}


def overclaim(request):
    """Says yes to kinds that do not exist."""
    if request["op"] == "vector" and request["kind"] != "varint.decode":
        return {"outcome": "accept", "out": {}}
    return well(request)


def silent_hello(request):
    return {"outcome": "accept", "implementation": "broken"} if request["op"] == "hello" else well(request)


def lie(request):
    """Claims a kind that it does not answer."""
    reply = well(request)
    if request["op"] == "hello":
        reply["kinds"] = ["varint.decode", "frame.decode"]
    return reply


asked = 0


def leak(request):
    """What happened before a reset can be seen after it."""
    global asked
    reply = well(request)
    if request["op"] == "vector" and reply["outcome"] == "accept":
        asked += 1
        reply["out"]["consumed"] += 1 if asked > 1 else 0
    return reply


def nondeterministic(request):
    reply = well(request)
    if request["op"] == "vector" and reply["outcome"] == "accept":
        reply["out"]["noise"] = os.urandom(8).hex()
    return reply


def timer_now(request):
    """A peer that is always due at once, so that time never goes on."""
    if request["op"] == "hello":
        return dict(HELLO, peer=True)
    if request["op"] in ("peer.new", "peer.receive", "peer.tick", "peer.app"):
        return {"outcome": "accept", "effects": [], "timer": request["now"]}
    return well(request)


# --- wrong in how they say it: they get the request and write themselves

def say(request, reply):
    print(json.dumps(dict(reply, id=request["id"])), flush=True)


def mute(request):
    pass


def hang(request):
    time.sleep(3600)


def crash(request):
    print("about to crash", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)


def status(request):
    sys.exit(3)


def early_exit(request):
    sys.exit(0)


def chatty(request):
    say(request, well(request))
    say(request, well(request))


def talkative(request):
    say(request, well(request))
    print("answered one", flush=True)


def not_json(request):
    print("{outcome: accept}", flush=True)


def nested(request):
    print("[" * 100_000, flush=True)


def wrong_id(request):
    say({"id": request["id"] + 1}, well(request))


def without_id(request):
    print(json.dumps(well(request)), flush=True)


held = []


def out_of_order(request):
    """Each reply comes after the one of the next request."""
    held.append(request)
    if len(held) == 2:
        for each in reversed(held):
            say(each, well(each))
        held.clear()


def endless_line(request):
    while True:
        sys.stdout.write("x" * 65536)


def many_complaints(request):
    sys.stderr.write("complaint " * 200_000 + "the last one\n")
    say(request, well(request))


SAY_THEMSELVES = {each.__name__: each for each in (
    mute, hang, crash, status, early_exit, chatty, talkative, not_json, nested, wrong_id, without_id, out_of_order,
    endless_line, many_complaints)}
SAY_WRONG = {each.__name__: each for each in (
    well, always_accept, always_reject, echo, overclaim, silent_hello, lie, leak, nondeterministic, timer_now)}


def main():
    how, _, at = sys.argv[1].partition(":")
    for number, line in enumerate(sys.stdin, 1):
        request = json.loads(line)
        if how in SAY_WRONG:
            say(request, SAY_WRONG[how](request))
        elif number >= int(at or 1):
            SAY_THEMSELVES[how](request)
        else:
            say(request, well(request))


if __name__ == "__main__":
    main()
