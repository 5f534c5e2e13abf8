"""The commands of the console script ``teletipo``."""
