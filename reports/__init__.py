"""The annual report of a pilot, composed once and given out in print."""
