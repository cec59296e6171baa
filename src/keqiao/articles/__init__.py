"""What is read: dispatches of local associations, first as drafts, then, by an editor's hand, public.

A machine may bring a dispatch in; only a person publishes it. The room does not know how a page is cut
(``engine.newspaper``).
"""
