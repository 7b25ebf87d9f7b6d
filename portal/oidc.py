"""Sign-in through an organisation's own OpenID Connect service, for people who already have an account here."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest


class ByInvitation(DefaultSocialAccountAdapter):
    """The service proves who somebody is; whether they take part is decided by an invitation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False
