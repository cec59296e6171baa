"""Attendance: who came to a session, what was said after it, and the certificates of those who came.

Being there is a fact with a proof, not a score: nothing is ranked here.
"""
