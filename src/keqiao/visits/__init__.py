"""Visits of experts to enterprises (企业行): who came, what was seen, needs found, intents, promises, both words.

What becomes of a need afterwards is a case's; how a round of visits was planned, the room does not know.
"""
