"""The bench: data sets in BEIR's form, systems that answer them, measures with intervals, figures that are kept.

It knows the engine and files, no Django and no database.
"""
