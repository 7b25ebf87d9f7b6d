"""Plan, Do, Check, Act: how a pilot steers its management system."""
