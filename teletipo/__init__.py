"""Wire articles in, short checked summaries in several languages out: the domain."""
