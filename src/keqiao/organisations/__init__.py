"""Enterprises, universities, institutes, associations, societies: who they are and who acts for them.

An organisation is verified by staff of its area before anything of it is published. The room does not know
what an organisation asks or gives.
"""
