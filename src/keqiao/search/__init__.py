"""The index: every public entry found by its words at once, and by its meaning as vectors follow.

It is a projection of the database that can be thrown away and rebuilt. What an entry is (a need,
an offer, a dispatch) it does not know: the rooms above hand it sources. Who may see a hit is
asked above, at the rows.
"""
