"""Documents of a case: drafts of technical contracts, the registration form, minutes, invitations.

Values in, bytes out. It owns the clauses that the civil code lists, the coded lists of the registration form, and how a
paper is laid out as DOCX, PDF, XLSX and iCalendar. It knows no database, no page, nobody who asks, and moves no money:
amounts are what the parties state. The same values give the same bytes.
"""
