"""The addresses of the cycles of a pilot."""

from django.urls import path

from cycles import views

app_name = "cycles"

urlpatterns = [
    path("pilots/<slug:slug>/cycles/", views.cycles, name="cycles"),
    path("pilots/<slug:slug>/cycles/<int:number>/", views.cycle, name="cycle"),
    path("pilots/<slug:slug>/cycles/<int:number>/advance", views.advance, name="advance"),
    path("pilots/<slug:slug>/cycles/<int:number>/reopen", views.reopen, name="reopen"),
]
