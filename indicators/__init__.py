"""What is measured: the indicators, the entries, their review and the published observations."""
