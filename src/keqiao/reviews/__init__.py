"""Reviews: what a second person thought of an entry, in four scores and comments by field, kept for good.

The room knows an entry by its kind and code only: what is reviewed, and who may, is decided in the rooms above.
"""
