"""What every answer carries: headers that keep pages private and foreign code out, and the reader's own language."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponse]
API_LANGUAGES = {"zh": "zh-hans", "en": "en"}
TEXTS = ("text/", "application/json", "application/problem+json", "application/x-ndjson", "image/svg+xml")
ALWAYS_OPEN = ("/account/", "/admin/", "/api/", "/healthz/", "/i18n/", "/join/", "/static/")
API_VARY = ("Authorization", "Cookie", "Accept-Language", "Accept")
PAGE_METHODS = ("GET", "HEAD", "POST")


def content_policy() -> str:
    """Compose the Content-Security-Policy: everything from this server, no inline script or style, no frames."""
    # Browsers hold the redirect after a sign-in form to the same rule as the form itself.
    issuer = urlsplit(settings.OIDC_URL)
    sign_in = f" {issuer.scheme}://{issuer.netloc}" if settings.OIDC_URL else ""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        f"base-uri 'none'; frame-ancestors 'none'; form-action 'self'{sign_in}"
    )


def headers(get_response: Answer) -> Answer:
    """Give each answer its content policy, and a rule for caches where the view has set none."""
    policy = content_policy()

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
            patch_vary_headers(response, API_VARY)
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def methods(get_response: Answer) -> Answer:
    """Let pages answer what links and forms send and nothing else; the admin's views would take any other method for a GET."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in PAGE_METHODS or request.path.startswith("/api/"):
            return get_response(request)
        return HttpResponseNotAllowed(PAGE_METHODS)

    return answer


def closed(get_response: Answer) -> Answer:
    """Send people without an account to the sign-in page where PUBLIC_SITE is off; the API refuses them itself."""

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.PUBLIC_SITE or request.user.is_authenticated or request.path.startswith(ALWAYS_OPEN):
            return get_response(request)
        return redirect_to_login(request.get_full_path())

    return answer


class Compressed(GZipMiddleware):
    """Compresses text on its way; what carries a strong validator, such as one entry or a file, goes as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave alone what is no text, and what its reader may send back by its exact tag."""
        strong = response.headers.get("ETag", "").startswith('"')
        if strong or not response.headers.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)


def chosen_language(request: HttpRequest) -> str | None:
    """Find the language a reader asked for: `lang` at the API, else this browser's choice, else the person's own setting."""
    if request.path.startswith("/api/") and request.GET.get("lang") in API_LANGUAGES:
        return API_LANGUAGES[request.GET["lang"]]
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user.language or None


def language(get_response: Answer) -> Answer:
    """Speak the language that the reader asked for; without one, what the browser prefers stands."""

    def answer(request: HttpRequest) -> HttpResponse:
        chosen = chosen_language(request)
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return get_response(request)

    return answer
