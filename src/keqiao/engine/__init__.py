"""The engine: plain Python with no Django and no database, values in and values out.

It owns the reading of place names, the recall of entries by words and by vectors, the fusion of
rankings, and matches with reasons that add up. It does not know who asks, where rows are stored,
or how a page looks; randomness is a seed in an argument and no argument is ever changed.
"""
