"""评价办理: the staff side of ratings."""
