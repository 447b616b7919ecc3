"""The window on the laboratory: everything that shows. Everything that computes is in `core`."""
