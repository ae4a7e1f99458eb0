"""填报、审核、公开: drafts of departments, their publication, and what changed when.

values      a field's value in the model, in a draft, in the log
items       what a report says is done of the items
proposals   a row as it would be
money       what must hold of a project's money
completion  what must hold of acceptance, handover and revisits
checks      what must hold before a row may be published
effects     what a published row sets in motion
actions     propose, submit, return, drop, publish
additions   putting one project on a list by hand
queries     reading rows, drafts and the log
"""
