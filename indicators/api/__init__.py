"""The catalogue, the figures and the work on them over REST."""

from indicators.api.addresses import urlpatterns

__all__ = ["urlpatterns"]
