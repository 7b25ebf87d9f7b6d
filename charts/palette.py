"""The colours of ink, paper and pace, shared by the charts and the printed page."""

from types import MappingProxyType
from typing import Final

INK: Final = "#1c2733"
SECONDARY: Final = "#5b6875"
PAPER: Final = "#ffffff"
GROUND: Final = "#f6f7f5"
LINE: Final = "#dfe3e0"
FAINT: Final = "#eceeec"
ACCENT: Final = "#0b6e5f"
PEER: Final = "#b6beb9"

PACE: Final = MappingProxyType(
    {
        "reached": "#0b5fa5",
        "on-track": "#1a8f5a",
        "behind": "#c98500",
        "off-track": "#c2410c",
        "too-little-data": "#9aa4ad",
        "no-target": "#9aa4ad",
        "no-data": "#9aa4ad",
    }
)
