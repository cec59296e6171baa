"""Volunteering: teams, projects with milestones, shifts, hours that a second person checks, reviews at the end.

Hours are never changed: an error is corrected by a new entry beside the old one.
"""
