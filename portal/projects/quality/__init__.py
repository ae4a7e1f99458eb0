"""质量与安全: who built it, what was inspected and tested, whether it was accepted."""
