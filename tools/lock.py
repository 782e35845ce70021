"""Lock every package that the two commands install, with its hashes: `python tools/lock.py`.

What is locked holds for every system and Python from 3.11 on; pip then refuses a file of another content.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ("requirements", "requirements-dev")
HEAD = (
    "# Every package that {name}.txt brings along, by version and hash. Made by tools/lock.py; not by hand.\n"
)


def main() -> int:
    """Write the lock of each file of pins; 0 when all were written."""
    for name in PINNED:
        command = (sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11")
        wanted = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet", f"{name}.txt")
        made = subprocess.run([*command, *wanted], cwd=ROOT, check=False, capture_output=True, text=True)
        if made.returncode:
            sys.stderr.write(made.stderr)
            return made.returncode
        (ROOT / f"{name}.lock").write_text(HEAD.format(name=name) + made.stdout, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
