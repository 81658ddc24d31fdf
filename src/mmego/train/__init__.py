"""Training: data, trainer, recipes."""
