"""Keqiao (科桥): needs and offers of science and technology, matched, carried through and confirmed."""
