"""管护与回头看: who looks after it once built, and whether it still serves."""
