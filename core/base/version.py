"""The version, which the package and what it keeps on disk are named by."""

__version__ = "0.2.0"
