"""热点: many letters on one project, place or topic in few days."""
