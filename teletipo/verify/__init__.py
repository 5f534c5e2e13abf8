"""Checks on what the models wrote: pure functions from a source and an output to faults."""
