"""The pilots and the framework over REST, and what the API of every app is made of."""

from pilots.api.addresses import urlpatterns
from pilots.api.asking import Parameter, end_of, moment, whole, yes
from pilots.api.bodies import Day, Nothing, NumberText, Shape, Text, Whole
from pilots.api.endpoint import Endpoint, envelope, has_already, own_pilot_or_404, pilot_or_404, tag_of, unchanged
from pilots.api.refusing import known_or_refuse, known_pilots, refusal, unknown
from pilots.api.rows import Both, Moment, Plain

__all__ = [
    "Both",
    "Day",
    "Endpoint",
    "Moment",
    "Nothing",
    "NumberText",
    "Parameter",
    "Plain",
    "Shape",
    "Text",
    "Whole",
    "end_of",
    "envelope",
    "has_already",
    "known_or_refuse",
    "known_pilots",
    "moment",
    "own_pilot_or_404",
    "pilot_or_404",
    "refusal",
    "tag_of",
    "unchanged",
    "unknown",
    "urlpatterns",
    "whole",
    "yes",
]
