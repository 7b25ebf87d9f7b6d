"""The frame: settings, the desk, and the pages that join the apps."""

__version__ = "0.1.0"
