"""审核派单: reading what came in, masking personal data, and choosing who shall answer."""
