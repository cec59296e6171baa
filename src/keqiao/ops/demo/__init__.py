"""The demonstration: real institutions as the public sources print them, invented people, plainly marked examples."""
