"""One module a command; its name with hyphens is what the operator types."""
