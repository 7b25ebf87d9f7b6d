"""The forms at the door and on the account pages, with every guess at a password or a code counted."""

from __future__ import annotations

from allauth.account import forms as account
from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from pilots import factors, passwords
from pilots.models import Door
from portal.accounts import names, second

NOW, NEW, AGAIN = _("Password now"), _("New password"), _("New password once more")
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}


class ChangePassword(account.ChangePasswordForm):
    """The person's own password, changed by somebody who knows it."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        plain_words(self, oldpassword=NOW, password1=NEW, password2=AGAIN)

    def clean_oldpassword(self) -> str:
        """Count a wrong password like one at the door: a session left open is no place to guess in."""
        typed = self.cleaned_data["oldpassword"]
        if not account_adapter().reauthenticate(self.user, typed):
            raise account_adapter().validation_error("enter_current_password")
        return typed


class NewPassword(account.ResetPasswordKeyForm):
    """A password set anew by somebody who came by a link."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        plain_words(self, password1=NEW, password2=AGAIN)


class AskForLink(forms.Form):
    """The e-mail to which a link for a new password goes; whether anybody has it is not told."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def save(self, request: HttpRequest) -> None:
        """Queue the mail, whoever is meant."""
        site = request.build_absolute_uri("/").rstrip("/")
        passwords.ask_link(address=self.cleaned_data["email"], site=site, language=get_language(), by=None, door=Door.PAGE)


class PasswordAgain(account.ReauthenticateForm):
    """The password once more, before something that a thief of a session must not do."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        plain_words(self, password=_("Your password"))


class Code(codes.BaseAuthenticateForm):
    """A code of the app, or a recovery code; wrong ones are counted for the person, from wherever they come."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        code_field(self)

    def clean_code(self) -> str:
        """Use the code up, or refuse it and count that."""
        request, who = context.request, {names.CODE_OF: self.user}
        if not AxesProxyHandler.is_allowed(request, who):
            request.axes_locked_out, request.axes_credentials = True, who
        else:
            self.authenticator = second.spend(self.user, self.cleaned_data["code"])
            if self.authenticator is not None:
                return self.cleaned_data["code"]
        AxesProxyHandler.user_login_failed(__name__, who, request)
        raise factor_adapter().validation_error("incorrect_code")

    def keep_spending(self) -> None:
        """Leave a row where a recovery code was used, because there are few."""
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            factors.spend_code(user=self.user, left=second.codes_left(self.user), by=self.user, door=Door.PAGE)


class SignInCode(Code, codes.AuthenticateForm):
    """The code that follows the password."""

    def save(self) -> None:
        """Go on with the sign-in."""
        self.keep_spending()
        super().save()


class CodeAgain(Code, codes.ReauthenticateForm):
    """A code before something that a thief of a session must not do."""

    def save(self) -> None:
        """Go on with what was asked."""
        self.keep_spending()
        super().save()


class FirstCode(totp.ActivateTOTPForm):
    """The code that shows that the app has the key."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        code_field(self)


def code_field(form: forms.Form) -> None:
    """Give the field of a code our words, and the keyboard of digits on a phone."""
    field = form.fields["code"]
    field.label, field.max_length = pgettext("second factor", "Code"), 20
    field.widget = forms.TextInput(attrs=DIGITS)


def plain_words(form: forms.Form, **labels: str) -> None:
    """Give fields for passwords our words, the new one its rules, and none a text inside the box."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
    if "password1" in labels:
        rules = password_validation.password_validators_help_texts()
        form.fields["password1"].help_text = " ".join(rules)
