"""差评回访: what follows from a bad rating, by when, and whether it changed a mind."""
