"""What is given: studios of persons and organisations, and the offers in them.

A studio shows its offers and what was confirmed, never how often it was looked at. The room does not know who
asks (``needs``) nor which ask it might answer (``matching``).
"""
