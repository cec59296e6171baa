"""Other platforms whose public needs and offers are read here: the sisters, their pinned keys, and their entries.

What comes from a sister is kept and shown as hers, beside our own and never among them: the room does not know our
needs, offers, matches and cases, and they do not know it.
"""
