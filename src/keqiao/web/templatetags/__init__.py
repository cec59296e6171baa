"""Template tags: saying what the rooms keep unsaid."""
