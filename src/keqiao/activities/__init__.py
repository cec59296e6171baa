"""Activities: series, activities and their sessions: when, where, for whom, with how many places, open to whom and when.

The room counts places and gives them out; who sits on them, it does not know.
"""
