"""Index a video, ask it questions."""
