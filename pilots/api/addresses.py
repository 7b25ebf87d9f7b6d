"""The addresses of the framework and the pilots below /api/v1/."""

from django.urls import path

from pilots.api.framework import Clauses, Goals, Issues, Purposes, Standards
from pilots.api.profiles import Pilots, Profile
from pilots.api.programs import OneToken, Tokens

urlpatterns = [
    path("purposes", Purposes.as_view(), name="purposes"),
    path("issues", Issues.as_view(), name="issues"),
    path("clauses", Clauses.as_view(), name="clauses"),
    path("standards", Standards.as_view(), name="standards"),
    path("goals", Goals.as_view(), name="goals"),
    path("pilots", Pilots.as_view(), name="pilots"),
    path("pilots/<slug:slug>", Profile.as_view(), name="pilot"),
    path("tokens", Tokens.as_view(), name="tokens"),
    path("tokens/<slug:prefix>", OneToken.as_view(), name="token"),
]
