"""The address of every page and endpoint."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from portal import health
from portal.views import home, pages, todo

# The admin's own sign-in page knows neither second factors nor lockout.
admin.site.login = secure_admin_login(admin.site.login)

handler400 = "portal.api.bad_request"
handler404 = "portal.api.not_found"
handler500 = "portal.api.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("todo", todo.todo, name="todo"),
    path("help/", pages.help_page, name="help"),
    path("account/", pages.account, name="account"),
    path("", include("pilots.urls")),
    path("", include("indicators.urls")),
    path("", include("cycles.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include(("portal.api.addresses", "api"))),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("i18n/", pages.language, name="set_language"),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
