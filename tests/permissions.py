"""Running a command for which permission bits hold: they do not for root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest

CAPABILITIES = "-dac_override,-dac_read_search"


def unprivileged(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that may not pass over permissions; skips where that is impossible."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv (util-linux), or another user than root")
        prefix = ["setpriv", f"--bounding-set={CAPABILITIES}", f"--inh-caps={CAPABILITIES}"]
    done = subprocess.run([*prefix, *words], capture_output=True, text=True, check=False)
    if prefix and "setpriv:" in done.stderr:
        pytest.skip(f"setpriv does not work here: {done.stderr.strip()}")
    return done
