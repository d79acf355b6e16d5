"""STT/1 in Python: a second implementation of docs/spec, without sockets, clocks or randomness of its own."""

VERSION = "0.1.0"
