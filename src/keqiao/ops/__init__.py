"""The operator's door: commands, the demonstration, the worker."""
