"""The adapter of docs/adapter-protocol.md for this implementation: one line of JSON in, one out."""

import sys

from stt1.adapter import serve

if __name__ == "__main__":
    sys.exit(serve(sys.stdin.buffer, sys.stdout.buffer))
