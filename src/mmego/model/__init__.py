"""The model: configuration, processing, memory pointer, token layout."""
