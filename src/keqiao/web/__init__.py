"""Pages: Chinese first, server-rendered, useful without JavaScript.

A view parses, calls one service or selector, renders. It owns no rows and decides nothing.
"""
