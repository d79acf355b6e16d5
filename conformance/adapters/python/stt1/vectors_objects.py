"""Vector kinds of the WebSocket transport and of the storage."""

from . import storage, websocket
from .fields import get_bytes, get_text


def websocket_message(given):
    return {"frames": [one.raw.hex() for one in websocket.split_message(get_bytes(given, "bytes"))]}


def websocket_url(given):
    tls, host, port, target = websocket.parse_url(get_text(given, "url"))
    return {"tls": tls, "host": host, "port": port, "target": target}


def storage_address(given):
    return {"address": storage.address_of(get_bytes(given, "bytes")).hex()}


def _keys(given):
    return storage.RecordKeys(get_bytes(given, "storage_key", 32))


def storage_seal(given):
    name, record = _keys(given).seal(get_bytes(given, "nonce", storage.NONCE), get_bytes(given, "bytes"))
    return {"name": name.hex(), "record": record.hex()}


def storage_open(given):
    data = _keys(given).open(get_bytes(given, "address", storage.ADDRESS), get_bytes(given, "record"))
    return {"bytes": data.hex()}


def storage_identify(given):
    address, size = _keys(given).identify(get_bytes(given, "name", 32), get_bytes(given, "record"))
    return {"address": address.hex(), "size": str(size)}


KINDS = {
    "websocket.message": websocket_message, "websocket.url": websocket_url,
    "storage.address": storage_address, "storage.seal": storage_seal, "storage.open": storage_open,
    "storage.identify": storage_identify,
}
