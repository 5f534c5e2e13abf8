"""What is learned from parallel sentences: run once by hand, its results lie in the repository."""
