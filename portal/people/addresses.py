"""The addresses of the pages about people."""

from django.urls import path

from portal.people import covers, everybody, joining, own, team

urlpatterns = [
    path("pilots/<slug:slug>/people/", team.team, name="team"),
    path("pilots/<slug:slug>/people/invite", team.invite, name="team-invite"),
    path("people/", everybody.everybody, name="everybody"),
    path("people/invite", everybody.invite, name="invite"),
    path("people/<int:pk>/", everybody.person, name="person"),
    path("people/<int:pk>/role", everybody.grant, name="grant"),
    path("people/<int:pk>/correct", everybody.correct, name="correct"),
    path("people/<int:pk>/switch-off", everybody.switch_off, name="switch-off"),
    path("people/<int:pk>/switch-on", everybody.switch_on, name="switch-on"),
    path("people/<int:pk>/password-link", everybody.password_link, name="password-link"),
    path("people/<int:pk>/reset-factor", everybody.reset_factor, name="reset-factor"),
    path("people/<int:pk>/unlock", everybody.unlock, name="unlock"),
    path("people/<int:pk>/forget", everybody.forget, name="forget"),
    path("people/roles/<int:pk>/change", team.change, name="role-change"),
    path("people/roles/<int:pk>/end", team.end, name="role-end"),
    path("people/invitations/<int:pk>/renew", team.renew, name="renew"),
    path("people/invitations/<int:pk>/revoke", team.revoke, name="revoke"),
    path("join/", joining.join, name="join"),
    path("join/<str:token>/", joining.link, name="join-link"),
    path("covers/", covers.covers, name="covers"),
    path("covers/<int:pk>/end", covers.end, name="cover-end"),
    path("account/data", own.data, name="own-data"),
]
