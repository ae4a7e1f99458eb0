"""派单建议: what speaks for each department, who is likeliest, and what follows from it."""
