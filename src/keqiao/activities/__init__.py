"""Activities: series, activities and their sessions: when and where, for whom, with how many places, open from when.

The room counts places and gives them out; who sits on them, it does not know.
"""
