"""The wiring: settings, typed environment, addresses, entry points. Knows every room; no room knows it."""
