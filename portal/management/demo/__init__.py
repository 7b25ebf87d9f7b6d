"""Demo data: invented people and figures that walk through the same acts as real ones, marked demo everywhere."""
