"""The frame: settings, the desk, and the pages that join the apps."""
