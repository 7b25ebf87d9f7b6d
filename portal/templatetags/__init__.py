"""Words for the frame's own templates."""
