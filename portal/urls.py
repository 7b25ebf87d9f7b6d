"""The address of every page and endpoint."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.base import views as factors
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import health
from portal.views import home, inbox, pages, programs, security, todo, trail

# The admin's own sign-in page knows neither second factors nor lockout.
admin.site.login = secure_admin_login(admin.site.login)

handler400 = "portal.api.bad_request"
handler404 = "portal.api.not_found"
handler500 = "portal.api.server_error"

# The sign-in library has more pages than these; what is not here is not offered.
ways_in = [
    path("login/", security.SignIn.as_view(), name="account_login"),
    path("logout/", security.SignOut.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", security.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", security.AskForLink.as_view(), name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("password/reset/<uidb36>/<key>/", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("code/", factors.authenticate, name="mfa_authenticate"),
    path("code/again/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("factor/", factors.index, name="mfa_index"),
    path("factor/set-up/", security.SetUp.as_view(), name="mfa_activate_totp"),
    path("factor/switch-off/", security.SwitchOff.as_view(), name="mfa_deactivate_totp"),
    path("factor/codes/", security.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("factor/codes/renew/", security.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("sessions/", security.Sessions.as_view(), name="usersessions_list"),
]
if settings.OIDC_URL:
    from allauth.socialaccount import views as elsewhere
    from allauth.socialaccount.providers.openid_connect import views as oidc

    ways_in += [
        path("<provider_id>/login/", oidc.login, name="openid_connect_login"),
        path("<provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
        path("login/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    ]

urlpatterns = [
    path("", home.home, name="home"),
    path("todo", todo.todo, name="todo"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read", inbox.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/read", inbox.read, name="inbox-read"),
    path("trail/", trail.trail, name="trail"),
    path("trail/trail.csv", trail.export, {"form": "csv"}, name="trail-csv"),
    path("trail/trail.ndjson", trail.export, {"form": "ndjson"}, name="trail-ndjson"),
    path("help/", pages.help_page, name="help"),
    path("account/", pages.account, name="account"),
    path("account/mail", pages.mail, name="account-mail"),
    path("", include(("portal.people.addresses", "people"))),
    path("account/tokens/", programs.programs, name="programs"),
    path("account/tokens/<slug:prefix>/end", programs.end_program, name="end_program"),
    path("", include("pilots.urls")),
    path("", include("indicators.urls")),
    path("", include("cycles.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include(("portal.api.addresses", "api"))),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("i18n/", pages.language, name="set_language"),
    path("account/", include(ways_in)),
    path("admin/", admin.site.urls),
]
