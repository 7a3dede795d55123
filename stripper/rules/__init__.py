"""Packs become rule sets. No text is matched here."""
