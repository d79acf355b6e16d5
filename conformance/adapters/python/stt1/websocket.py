"""What of the WebSocket transport needs no connection: its messages and its URLs (docs/spec/websocket.md)."""

import re
from ipaddress import AddressValueError, IPv6Address

from . import frame
from .errors import NeedMore, Refused

MAX_MESSAGE = 16 * 1024 * 1024
MAX_EARLY_MESSAGE = 1_200
DEFAULT_PORTS = {"ws": 80, "wss": 443}
# A path and a query are printable ASCII without a fragment; so no URL can end the line of the request it goes into.
_URL = re.compile(r"((?i:wss?))://(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f:.]+)\])(?::([0-9]{1,5}))?"
                  r"(/[!-\"$->@-~]*)?(\?[!-\"$-~]*)?\Z")


def split_message(data, longest=MAX_MESSAGE):
    """The frames of one binary message: one or more, whole (STT-WS-002, -007, -017)."""
    if len(data) > longest:
        raise Refused("websocket.message_too_long", "message")
    frames, position = [], 0
    try:
        while position < len(data):
            frames.append(frame.parse(data, position))
            position += len(frames[-1].raw)
    except (NeedMore, Refused):
        frames = []
    if not frames:
        raise Refused("websocket.not_frames", "message")
    return frames


def parse_url(text):
    """(tls, host, port, target) of a URL of the one form that is taken (STT-WS-019)."""
    match = _URL.match(text)
    if match is None:
        raise Refused("websocket.url_malformed", "url")
    scheme, name, address, digits, path, query = match.groups()
    scheme = scheme.lower()
    if address is not None:
        try:
            IPv6Address(address)
        except AddressValueError:
            raise Refused("websocket.url_malformed", "url") from None
    port = DEFAULT_PORTS[scheme] if digits is None else int(digits)
    if not 1 <= port <= 65_535:
        raise Refused("websocket.url_malformed", "url")
    return scheme == "wss", name or address, port, (path or "/") + (query or "")
