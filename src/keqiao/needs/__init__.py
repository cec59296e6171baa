"""What is asked: needs of enterprises and people, in a private and a public version.

The private version is for the owner and the staff of its area; the public one is what everybody reads once a
second person has opened it. The room does not know who might answer (``matching``).
"""
