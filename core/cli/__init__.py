"""The command `tp5`: options in, one document out."""

from core.cli.parser import main

__all__ = ["main"]
