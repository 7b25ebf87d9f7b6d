"""Measurements of the portal, each beside the floor that the same machine reaches in the same run."""
