"""项目: the promises of the county, by year, with how far they are."""
