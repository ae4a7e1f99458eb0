"""演示: the invented county 青禾县, plausible and the same every time."""
