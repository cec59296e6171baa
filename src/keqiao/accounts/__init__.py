"""Persons: who they are, how they want to be served, and what they have consented to.

It does not know for which organisation a person acts (``organisations``) nor what a person may do (``access``).
"""
