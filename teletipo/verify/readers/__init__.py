"""Readers: what one sentence says, one module per kind. Word lists are in ``verify/data``."""
