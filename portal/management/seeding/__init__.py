"""Synthetic pilots for tests of load and isolation: they walk through the same acts as real ones and are marked demo."""
