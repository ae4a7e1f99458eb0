"""演示: the invented county 青禾县, plausible and the same every time.

days, course    days of the data files; how far one project was on any day
lists           the two years' projects
stories         all that is on record of them, from the modules below, and the lists made ready
  promise       items, sites, stages, decisions, the chain of responsibility
  work          plan, milestones, reports, remedies, blockers
  money         sources and payments
  quality       companies, inspections, hazards, tests, acceptances, honours
  upkeep        handovers and revisits
  pictures      labelled drawings (scenes) and documents
  drafts        what departments have on its way, through the real acts
  log           the public log that all of it would have left
letters         cases, many and alike
matters, stage  cases with a story, and what happens in it
rounds          what the worker would have done by now
voices          residents and what they say of finished projects
consequences    follow-ups, decisions on doubts and appeals, the deputies' ballot
actions         loads everything, in this order
"""
