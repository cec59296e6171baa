"""Tokens: the secrets with which a person's programs ask the machine interface, and how often they have asked.

Only the digest of a secret is kept. The room does not know what may be asked (``api``) nor what its person may do
(``access``).
"""
