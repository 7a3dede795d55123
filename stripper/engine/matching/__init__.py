"""A line and the rules: which of them take it, found without asking each."""
