"""Run ``python -m mmego``, the same as the command ``mmego``."""

from __future__ import annotations

import sys

from mmego.cli import main

if __name__ == "__main__":
    sys.exit(main())
