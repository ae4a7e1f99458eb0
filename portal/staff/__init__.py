"""工作人员: signing in, one's own account, and the administrators' registers."""
