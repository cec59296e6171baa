"""Who may act for which association: roles granted on nodes of the tree, each covering its subtree.

It answers for areas (prefixes of region codes) and knows nothing of what is acted upon.
"""
