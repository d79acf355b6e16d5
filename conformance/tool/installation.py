"""`stt`, and the library, as `cmake --install` leaves them in a folder of its own."""

import os
import subprocess
from pathlib import Path


class Installation:
    def __init__(self, build, prefix, components=("tool",)):
        for component in components:
            subprocess.run(["cmake", "--install", build, "--component", component, "--prefix", prefix], check=True,
                           capture_output=True)
        self.prefix = Path(prefix)
        self.stt = self.prefix / "bin/stt"
        self.share = self.prefix / "share/stt"
        self.path = f"{self.stt.parent}:{os.environ['PATH']}"  # the PATH of somebody who has installed it
