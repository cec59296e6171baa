"""What follows from what happened: followers read the journal, each from its own cursor.

A task row is only a bell; the cursors are the truth, so a lost task loses nothing. Followers run
at least once for every entry, in order, and must be idempotent. A failure is kept, shown and
retried, and stops nobody else.
"""
