"""Attacks: each one is tried in brief with the other tests and whole under `pytest -m slow`."""
