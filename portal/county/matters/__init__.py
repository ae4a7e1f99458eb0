"""事项: the preset taxonomy of what residents write about, as data to start from."""
