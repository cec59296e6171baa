"""Registrations: who has a place in a session, who waits for one, who is offered one, and how it was decided.

Places are counted below, in the activities; who came, is asked above.
"""
