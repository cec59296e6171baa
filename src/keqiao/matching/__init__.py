"""Which offers answer a need, and which needs an offer might answer: runs, scores, parts, reasons.

It asks the engine and keeps what it said. The private words of a need are for the need's owner
and the staff of its area: whoever stands on the other side reads reasons made from the public
version. The room does not know what follows from a suggestion (``casework``).
"""
