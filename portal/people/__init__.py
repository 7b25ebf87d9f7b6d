"""The pages about people: a pilot's team, everybody, and the way in by an invitation."""
