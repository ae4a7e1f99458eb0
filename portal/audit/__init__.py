"""操作审计: who did what, when, to which thing. Rows are only ever added."""
