"""Sign-in through an organisation's own OpenID Connect service, for people who already have an account here."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth import get_user_model
from django.http import HttpRequest


class ByInvitation(DefaultSocialAccountAdapter):
    """The service proves who somebody is; whether they take part is decided by an invitation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person whose e-mail the service says that it has verified; nothing of the service is kept."""
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        found = get_user_model().objects.filter(email__iexact=verified[0]).first() if verified else None
        if found is not None:
            sociallogin.user = found
