"""The command `mmego`, run in this process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mmego import cli


def run(*words: object) -> int:
    """Return the exit code; tyro leaves by SystemExit where it prints help or finds wrong usage."""
    try:
        return cli.main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code or 0)


def loaded_by_help(group: str, verb: str, packages: set[str]) -> tuple[str, list[str]]:
    """Return what ``mmego GROUP VERB --help`` prints, and which of `packages` it loads, in a process of its own."""
    program = (
        "import sys\nfrom mmego.cli import main\n"
        f"try:\n    main(['{group}', '{verb}', '--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        f"sys.exit(' '.join(sorted({{m.split('.')[0] for m in sys.modules}} & {packages!r})))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    return done.stdout, done.stderr.split()
