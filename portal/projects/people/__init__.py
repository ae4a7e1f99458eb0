"""责任链: county leaders and everybody who answers for a project, dated."""
