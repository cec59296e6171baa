"""Classes: pupils whom a teacher enters for a session; each is registered only when a guardian confirms by a link.

What is held about a child, and the place, belong to the rooms below.
"""
