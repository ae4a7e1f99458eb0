"""承办: my department's cases."""
