"""Proofs: papers that anybody can check: a number, what is proved, its hash in a chain, and whether it still stands.

The room does not know what a proof is about: whoever issues one gives its content.
"""
