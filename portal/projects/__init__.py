"""项目: the promises of the county, by year, from the list to the upkeep.

models      the promise itself: project, items, sites, stages, decisions, published rows
people/     who answers for it: county leaders, persons in charge, departments, dated
schedule/   plan, milestones, reports, remedies, blockers, and the light that follows
funds/      sources of money and payments
quality/    who built it, inspections, hazards, tests, acceptance, honours
upkeep/     handover and revisits
record/     drafts, their publication, the log of public changes, photos and documents
sections    what staff may fill in: one table that forms, review and the change log read
page        everything a project's page shows, in a fixed number of queries
dossier     what follows from it: steps of the stages, the tree of milestones
wording     its sentences
"""
