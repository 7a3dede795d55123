"""A page and rules become decisions, and decisions become text."""
