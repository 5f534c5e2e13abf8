"""What one sentence says: a module a kind. Words and patterns are data, in ``verify/data``."""
