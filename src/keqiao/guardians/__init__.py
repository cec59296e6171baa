"""Guardians: what is held about a minor for one session, by whose consent, for what, until when, and what became of it.

The only room with a field about a child. It says who may read which, keeps each reading in the journal, and deletes
when the term is over. How a place was given to the child, it does not know.
"""
