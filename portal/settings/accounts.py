"""What the libraries for sign-in, second factors and lockout are told, and the two profiles of passwords and sessions."""

from datetime import timedelta

from portal.environment import read

PASSWORD_PROFILE = read("PASSWORD_PROFILE")
SECOND_FACTOR = read("SECOND_FACTOR")
PROXY_COUNT = read("PROXY_COUNT")
OIDC_URL, OIDC_NAME = read("OIDC_URL"), read("OIDC_NAME")

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.accounts.backend.ByNameMailOrPhone"]
STRICT = PASSWORD_PROFILE == "mlps"
# How many passwords do not come back, after how many days one is changed, how many sessions a person has at once; 0 is no limit.
PASSWORDS_REMEMBERED, PASSWORD_DAYS, SESSIONS_AT_ONCE = (5, 90, 3) if STRICT else (0, 0, 0)
_RULES = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_RULES}MinimumLengthValidator", "OPTIONS": {"min_length": 10 if STRICT else 15}},
    {"NAME": f"{_RULES}UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "name", "email", "phone")}},
    {"NAME": f"{_RULES}CommonPasswordValidator"},
]
if STRICT:
    AUTH_PASSWORD_VALIDATORS += [
        {"NAME": f"portal.accounts.rules.{rule}"} for rule in ("KindsOfCharacters", "NoWordsOfThisPlace", "NotHadBefore")
    ]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
# The profile mlps switches off what nobody uses (GB/T 22239-2019, 8.1.4.2 c); 0 switches off nothing.
UNUSED_DAYS = (90 if STRICT else 0) if read("UNUSED_DAYS") is None else read("UNUSED_DAYS")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.ByInvitation"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_FORMS = {
    "change_password": "portal.accounts.forms.ChangePassword",
    "reset_password": "portal.accounts.forms.AskForLink",
    "reset_password_from_key": "portal.accounts.forms.NewPassword",
    "reauthenticate": "portal.accounts.forms.PasswordAgain",
}
# axes counts failed sign-ins at every door; a second count here would answer in other words.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False, "reauthenticate": False, "change_password": False}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
MFA_ADAPTER = "portal.accounts.second.SecondFactors"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SignInCode",
    "reauthenticate": "portal.accounts.forms.CodeAgain",
    "activate_totp": "portal.accounts.forms.FirstCode",
}
MFA_TOTP_ISSUER = "ISO 37101 Portal"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The acts stand below the libraries and call them by name.
SECOND_FACTOR_FORGET = "portal.accounts.second.forget"
LOCKOUT_FORGET = "portal.accounts.doorkeeper.forget"
SOCIALACCOUNT_ADAPTER = "portal.oidc.ByInvitation"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": read("OIDC_CLIENT_ID"),
                "secret": read("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_URL},
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }
}
AXES_HANDLER = "portal.accounts.doorkeeper.Doorkeeper"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "portal.accounts.names.counted_name"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.names.client_address"
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_ALLOWED_CORS_ORIGINS = ""
AXES_VERBOSE = False
# The trail keeps sign-ins; what was typed stands in no other table.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "oldpassword", "next", "csrfmiddlewaretoken"]
