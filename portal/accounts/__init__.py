"""账号: members of staff, their sessions, and the Actor that rules see."""
