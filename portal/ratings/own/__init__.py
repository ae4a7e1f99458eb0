"""我的评价: what one resident gave, for that resident to see, take along and take back."""
