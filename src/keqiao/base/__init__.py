"""The shared kernel: words that every room speaks and none owns.

Phrases and refusals, state tables, public codes, cleaned text, attached files, rows of a sheet. It knows
neither the domain nor Django.
"""
