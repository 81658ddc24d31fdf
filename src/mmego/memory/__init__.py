"""All that is kept of one video: per-frame tokens and the key/value prefix."""
