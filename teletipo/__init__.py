"""Wire articles in, short checked summaries in several languages out: the domain."""

__version__ = "0.1.0"
