"""Members of JSON requests, read without trust; what cannot be read is `Unreadable`."""

import re

from .errors import Unreadable

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,19})\Z")
TOP = 2 ** 64 - 1


def hex_bytes(text, name="bytes", length=None):
    if not isinstance(text, str) or not _HEX.match(text):
        raise Unreadable("%s is not lower-case hex" % name)
    data = bytes.fromhex(text)
    if length is not None and len(data) != length:
        raise Unreadable("%s must have %d bytes" % (name, length))
    return data


def member(source, name):
    if not isinstance(source, dict) or name not in source:
        raise Unreadable("%s is missing" % name)
    return source[name]


def get_bytes(source, name, length=None):
    return hex_bytes(member(source, name), name, length)


def get_bytes_list(source, name):
    values = member(source, name)
    if not isinstance(values, list):
        raise Unreadable("%s is not a list" % name)
    return [hex_bytes(value, name) for value in values]


def as_number(value, name, largest=TOP):
    """A number from 0 to `largest`, as a JSON integer or as a decimal string."""
    if isinstance(value, str) and _DECIMAL.match(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise Unreadable("%s is not a number from 0 to %d" % (name, largest))
    return value


def get_number(source, name, largest=TOP):
    return as_number(member(source, name), name, largest)


def get_flag(source, name, default=None):
    value = source.get(name, default) if default is not None else member(source, name)
    if not isinstance(value, bool):
        raise Unreadable("%s is not a flag" % name)
    return value


def get_text(source, name):
    value = member(source, name)
    if not isinstance(value, str):
        raise Unreadable("%s is not a text" % name)
    return value


def get_ascii(source, name):
    value = get_text(source, name)
    if not value.isascii():
        raise Unreadable("%s is not ASCII" % name)
    return value
