"""Reads one newspaper page, given as text, into its dispatches and the facts printed in them.

Owns how broken columns are joined, where a page is cut, and which names and phrases a dispatch gives.
Does not know files, databases or who will review what was read: `reading.read_page` takes text and
a gazetteer and gives values.
"""
