"""Plans of visits: which expert visits which enterprise, when and in which order, what was ruled, what it costs.

A plan is a proposal of the engine until somebody applies it; then each stop is a visit of the room below.
"""
