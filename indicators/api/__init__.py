"""The catalogue, the figures and the work on them over REST."""

from indicators.api.addresses import urlpatterns
from indicators.api.values import next_page

__all__ = ["next_page", "urlpatterns"]
