"""Meetings: the table at which a broker seats the parties of a case, the call to it, and its minutes with decisions.

The room knows cases and their parties. It does not know how a call reaches somebody (mail and calendar are made above).
"""
