"""load.py VECTORS: reads the vectors, checks that they are whole, and judges an implementation of varint.decode by them.

For an implementation of yours, in Python: write more functions like varint_decode, and name them in KINDS."""

import hashlib
import json
import sys
from pathlib import Path


class Refused(Exception):
    """stage, reason: names of docs/spec/errors.md."""


def varint_decode(given):
    value = 0
    for i, byte in enumerate(bytes.fromhex(given["bytes"])):
        if i == 9 and byte > 1:
            raise Refused("varint", "wire.varint_overflow")
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            if byte == 0 and i > 0:
                raise Refused("varint", "wire.varint_overlong")
            return {"value": str(value), "consumed": i + 1}
    raise Refused("varint", "wire.varint_truncated")


KINDS = {"varint.decode": varint_decode}


def load(folder):
    manifest = json.loads((folder / "manifest.json").read_bytes())
    cases = []
    for path, digest in manifest["sha3_256"].items():
        contents = (folder / path).read_bytes()
        if hashlib.sha3_256(contents).hexdigest() != digest:
            sys.exit(f"{path}: is not the file that the manifest names")
        if path.endswith(".json"):
            cases += json.loads(contents)["cases"]
    if len(cases) != manifest["cases"]:
        sys.exit(f"{len(cases)} cases, and the manifest promises {manifest['cases']}")
    return cases


def is_right(expect, function, given):
    try:
        return expect.get("accept") == function(given)
    except Refused as refused:
        stage, reason = refused.args
        wanted = expect.get("reject", {"stage": None, "reason": []})
        return wanted["stage"] == stage and reason in wanted["reason"]


cases = load(Path(sys.argv[1]))
mine = [case for case in cases if case["kind"] in KINDS]
wrong = [case for case in mine if not is_right(case["expect"], KINDS[case["kind"]], case["in"])]
for case in wrong:
    print(f"{case['id']}: {case['why']} ({', '.join(case['requirements'])})")
print(f"{len(cases)} cases, {len(mine)} asked, {len(wrong)} wrong")
sys.exit(bool(wrong))
