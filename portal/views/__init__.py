"""The pages of the frame."""
