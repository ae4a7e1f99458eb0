"""派单建议: which department a text most likely belongs to, and why."""
