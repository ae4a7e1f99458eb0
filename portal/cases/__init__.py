"""诉求件, the heart: what a resident sends and what becomes of it. Read workflow.py first."""
