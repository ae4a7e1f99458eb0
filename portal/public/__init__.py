"""公众端: what residents see and send."""
