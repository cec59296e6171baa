"""Words to persons: notices on the site, mails with them, who wants which by what way, and the digest.

The room keeps a notice once, sends a mail once, and asks for consent both when a mail is written and when it goes. It
does not know needs, cases or any other room above: ``reactions`` tells it whom to tell what, from the journal.

To add a kind: a row in ``types.SPECS`` (for whom, by what way, whether mail may be turned off). To have an action told:
a line in a table ``TELLINGS`` of ``reactions`` (docs/how-to/tell-somebody.md).
"""
