"""Inference libraries behind one Protocol, ``teletipo.ports.ModelRuntime``."""
