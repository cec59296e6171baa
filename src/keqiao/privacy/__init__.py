"""One's own data: a copy of all that is held about a person, and its erasure, with what stays and why.

It asks every room what it holds and has every room take its own out; it has no table, and knows no page.
"""
