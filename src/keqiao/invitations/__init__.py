"""Invitations: studios that a broker asks to answer a need by a day; each accepts, asks, or refuses with a reason.

Who accepts sits down at the case's table; who refuses teaches the matching. The room does not know what came of it.
"""
