"""Forms: they parse what a browser sends; the services decide whether it can be kept."""
