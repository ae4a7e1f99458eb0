"""申诉: a department holds that a rating is wrong or malicious; the inspection office decides."""
