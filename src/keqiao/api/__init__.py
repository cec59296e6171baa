"""The machine interface ``/api/v1``: what a person's programs may read and ask, never more than the person may.

``mount.py`` puts the routers together, one line each; ``callers.py`` says who asks, how often and whether they may;
``problems.py`` is the one place that turns a refusal into ``application/problem+json``. It asks the selectors of the
rooms and writes nothing; it knows neither cookies nor sessions.
"""
