"""填报: staff fill in projects, colleagues review, and only then does everybody see it.

Read in this order: reading.py and rules.py (pure), forms.py with choices.py (the form of a
section), shown.py (values in words), queries.py (what is to be done), then the doors: home.py,
rows.py, drafts.py, review.py, leaders.py, additions.py.
"""
