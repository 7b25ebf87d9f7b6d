"""The API of the portal: the addresses of every app in one place, and every refusal in one shape."""

from portal.api.refusals import bad_request, not_found, problem, server_error

__all__ = ["bad_request", "not_found", "problem", "server_error"]
