"""Contracts: drafts of the technical contract of a case and its registration form, filled from the case, in versions.

The papers are drawn by ``paperwork`` from what a version says. Keqiao moves no money: the
parties state the amounts.
"""
