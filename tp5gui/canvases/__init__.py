"""Widgets that paint arrays and report gestures. They know no training."""
