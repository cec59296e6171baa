"""Sheets: spreadsheets of needs, read, shown row by row, and made into drafts when somebody confirms what was shown.

The room reads tables and holds what was read; what a need is and who may write one it leaves to the room of needs.
"""
