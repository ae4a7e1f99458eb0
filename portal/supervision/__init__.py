"""督办: the inspection office sees cases and acts, and decides whose a case is.

Reports of wrongdoing it only counts, and a case about an inspector that inspector never sees.
"""
