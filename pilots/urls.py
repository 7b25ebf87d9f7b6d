"""The addresses of the pilots' own pages."""

from django.urls import path

from pilots import views

app_name = "pilots"

urlpatterns = [path("pilots/<slug:slug>/", views.pilot, name="pilot")]
