"""Training.

trainer: one stage with Hugging Face's Trainer, and its checkpoints
plots: loss and validation curves
nano/: the recipe of mmego-nano
"""
