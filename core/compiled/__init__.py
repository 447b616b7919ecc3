"""Whole epochs as one compiled function that releases Python's lock."""
