"""Makes words and links of notices: for the inbox, the API and the mail."""

from portal.notices.table import SAYINGS, say, say_all
from portal.notices.telling import Telling

__all__ = ["SAYINGS", "Telling", "say", "say_all"]
