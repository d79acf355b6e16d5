"""The configuration of a node: limits.md where nothing is said, refused where a limit is broken (STT-NODE-018)."""

from . import fields, flow, parameters
from .errors import Refused, Unreadable, Unsupported

FLAGS = {"auto_read": True, "accepts": True, "single_session_per_peer": False}
NUMBERS = {"half_open_max": 4_096, "half_open_per_seed_max": 1_024,
           "handshake_deadline_us": 10_000_000, "half_open_age_us": 5_000_000, "close_deadline_us": 5_000_000,
           "rotate_after_bytes": 10 ** 9, "rotate_after_messages": 100_000, "datagram_bytes_max": 1_452}
MIN_DATAGRAM, MAX_DATAGRAM = 1_200, 65_507


class Settings:
    """Made from the `config` of peer.new."""

    def __init__(self, config):
        if not isinstance(config, dict):
            raise Unreadable("config is not an object")
        if any(name not in FLAGS and name not in NUMBERS and name not in ("parameters", "refuse_peers")
               for name in config):
            raise Unsupported()
        for name, default in FLAGS.items():
            setattr(self, name, fields.get_flag(config, name, default))
        for name, default in NUMBERS.items():
            setattr(self, name, fields.get_number(config, name) if name in config else default)
        refused = config.get("refuse_peers", [])
        if not isinstance(refused, list):
            raise Unreadable("refuse_peers is not a list")
        self.refuse_peers = [fields.hex_bytes(one, "refuse_peers", 32) for one in refused]
        self.declared = self._parameters(config.get("parameters", {}))
        self._judge()

    @staticmethod
    def _parameters(given):
        if not isinstance(given, dict):
            raise Unreadable("parameters is not an object")
        if any(name not in parameters.NAMES for name in given):
            raise Unsupported()
        declared = parameters.defaults()
        declared.update((name, fields.get_number(given, name)) for name in given)
        return declared

    def _judge(self):
        """STT-PARAM-010, STT-FLOW-005, STT-DATAGRAM-007."""
        try:
            parameters.check_range(self.declared)
        except Refused:
            raise Refused("node.config_invalid", "config") from None
        flow.check_budget(self.declared)
        if (not MIN_DATAGRAM <= self.datagram_bytes_max <= MAX_DATAGRAM
                or not self.half_open_max or not self.half_open_per_seed_max):
            raise Refused("node.config_invalid", "config")
