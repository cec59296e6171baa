"""Outcomes: what came of a case, which counts only when both sides confirm it from their own log-ins.

Milestones before it, a dispute that stops it, a correction that is a new entry, the questions after 30, 90 and 365
days, and each side's three plain answers about the work. Nothing here ranks a person or a place.
"""
