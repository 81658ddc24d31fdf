"""The verbs of the command line: one module each, or a folder for a group of verbs (`bench`, `qa`).

A verb's module has a dataclass of flags, whose docstrings are the help texts, and `run(arguments)`, which returns the
exit code. To add a verb, write its module and add it to `VERBS` in `cli` or in the group's `__init__`.

- `ask`, `demo`, `simulate`, `train`, `lmms_eval_tasks`: a verb each.
- `qa`, `bench`: groups of verbs.
- `common`: parsing, help and usage errors, shared by all verbs.
- `guard`: failures as one line, and a clean end on Ctrl-C.
- `load_flags`: the flags that load a checkpoint.
- `ask_checks`: checks of the words after ``mmego ask``.
"""
