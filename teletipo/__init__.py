"""The domain: turns wire articles into short, checked summaries in several languages."""

__version__ = "0.1.0"
