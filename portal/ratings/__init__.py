"""满意度评价: what residents say of a completed project."""
