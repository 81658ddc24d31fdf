"""A fake Slurm: programs of its names that run a job's array tasks on this machine, one after another.

It proves that the script is one that sbatch would take and that its tasks do the work; it queues nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SBATCH = """#!{python}
import os, re, shutil, subprocess, sys
state = {state!r}
script = sys.argv[-1]
exported = dict(pair.split("=", 1) for arg in sys.argv[1:-1] if arg.startswith("--export=")
                for pair in arg[9:].split(",") if "=" in pair)
number = 1 + len([n for n in os.listdir(state) if n.endswith(".script")])
copy = os.path.join(state, f"{{number}}.script")
shutil.copy(script, copy)
lines = open(copy).read().splitlines()
assert lines[0] == "#!/bin/bash", lines
options = dict(re.match(r"#SBATCH --([a-z-]+)=?(.*)", line).groups() for line in lines if line.startswith("#SBATCH"))
first, last = re.match(r"(\\d+)-(\\d+)", options["array"]).groups()
loop = (f"for i in $(seq {{first}} {{last}}); do [ -e {{state}}/cancelled ] || SLURM_ARRAY_TASK_ID=$i bash {{copy}} "
        f"> {{state}}/{{number}}.$i.out 2>&1; done; rm {{state}}/{{number}}.running")
open(os.path.join(state, f"{{number}}.running"), "w").close()
env = os.environ | exported | {{"SLURM_JOB_ID": str(number), "SLURM_NODELIST": "here"}}
subprocess.Popen(["bash", "-c", loop], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL)
print("Submitted batch job", number)
"""
SQUEUE = """#!/bin/bash
[ -e {state}/$3.running ] && echo "$3 cpu mmego-qa R"
exit 0
"""
SCANCEL = """#!/bin/bash
touch {state}/cancelled
"""
SCONTROL = """#!/bin/bash
[ "$1 $2" = "show hostnames" ] && echo "$3"
"""
SRUN = """#!/bin/bash
[ "$1 $2 $3" = "-l -n 1" ] || exit 9
shift 3
exec "$@"
"""


def install(folder: Path) -> dict[str, str]:
    """Write the programs; returns the environment in which they are found. Scripts and output go to `folder`."""
    state, programs = folder / "slurm", folder / "bin"
    state.mkdir(parents=True)
    programs.mkdir()
    for name, text in (
        ("sbatch", SBATCH),
        ("squeue", SQUEUE),
        ("scancel", SCANCEL),
        ("scontrol", SCONTROL),
        ("srun", SRUN),
    ):
        path = programs / name
        path.write_text(text.format(python=sys.executable, state=str(state)))
        path.chmod(0o755)
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
