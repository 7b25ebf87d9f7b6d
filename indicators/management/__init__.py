"""The commands that read and write figures."""
