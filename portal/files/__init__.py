"""Photos and documents: taken from anybody, made anew by a program of its own, kept once each.

Read in this order: refine.py (with photo.py and document.py), actions.py, models.py, serving.py;
then rules.py and blackout.py, which hide parts of a photo.
"""
