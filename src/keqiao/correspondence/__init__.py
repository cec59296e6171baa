"""Correspondence: mails about a case that its staff bring in as files, gathered in threads, with what came in them.

The room knows cases. It does not fetch mail from anywhere, and does not know what Keqiao itself sends (``messaging``).
"""
