"""审核公开: what became of a year's letters under the moderators' hands, in numbers.

rules.py says what is counted and what is not told apart; queries.py counts.
"""
