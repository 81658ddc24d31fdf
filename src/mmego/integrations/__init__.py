"""Plugins for other projects' tools; each needs its own extra.

- `lmms_eval`: the entry point by which lmms-eval finds mmego.
- `lmms_eval_model`: its model class around our engine.
- `lmms_eval_tasks`: a benchmark as lmms-eval tasks.
"""
