"""Question-answer pairs from narrations."""
