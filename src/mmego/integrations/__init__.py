"""Plugins for other projects' tools; each needs an extra of its own."""
