"""Bytes and text become a page."""
