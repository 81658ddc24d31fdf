"""Video: which times to sample, frames at those times, writing MP4."""
