"""Brokers' cases: a need carried by one person from the first telephone call to a confirmed end.

A case joins needs with any number of parties, has one broker, and goes through stages step by step; it holds tasks,
notes and files. It does not know who is asked to join (``invitations``), where they meet (``meetings``) and what
came of it (``outcomes``).
"""
