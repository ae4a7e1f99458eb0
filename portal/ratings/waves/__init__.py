"""轮次: the spans of days in which a project can be rated."""
