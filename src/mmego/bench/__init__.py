"""The memory benchmark: multiple-choice questions, metrics."""
