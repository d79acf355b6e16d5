"""`stt` as `cmake --install` leaves it in a folder of its own."""

import os
import subprocess
from pathlib import Path


class Installation:
    def __init__(self, build, prefix):
        subprocess.run(["cmake", "--install", build, "--component", "tool", "--prefix", prefix], check=True,
                       capture_output=True)
        self.stt = Path(prefix) / "bin/stt"
        self.share = Path(prefix) / "share/stt"
        self.path = f"{self.stt.parent}:{os.environ['PATH']}"  # the PATH of somebody who has installed it
