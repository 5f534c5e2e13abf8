"""Training on parallel sentences: run by hand; the results are kept in the repository."""
