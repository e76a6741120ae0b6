"""The streaming post-loan transaction monitor."""

__version__ = "0.1.0"
