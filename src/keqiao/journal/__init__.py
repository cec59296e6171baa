"""What happened: one typed, append-only, hash-chained entry for each change, in the change's own transaction.

It holds plain values and no foreign keys: an entry outlives the rows and the persons it speaks of, and every
room above may record. It does not know what an entry means or what follows from it; ``reactions`` does.
"""
