"""For those who write rules: checks, examples, and what makes a pattern run away."""
