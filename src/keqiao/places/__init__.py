"""The places room: regions (GB/T 2260), industries (GB/T 4754), subjects, and the association tree.

It owns the codes by which everything else says where, in which trade and in which field something
happens, their files, and which association answers for which region. It does not know persons,
organisations, needs or offers.
"""
