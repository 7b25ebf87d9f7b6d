"""The addresses of a pilot's reports."""

from django.urls import path

from reports import views

app_name = "reports"

REPORT = "pilots/<slug:slug>/reports/<int:year>-<int:number>"

urlpatterns = [
    path("pilots/<slug:slug>/reports/", views.reports, name="list"),
    path("reviews/<int:pk>/letters/<int:number>.<slug:language>.pdf", views.letter, name="letter"),
    path("pilots/<slug:slug>/reports/order", views.order, name="order"),
    path(f"{REPORT}/cancel", views.cancel, name="cancel"),
    path(f"{REPORT}/publish", views.publish, name="publish"),
    path(f"{REPORT}/withdraw", views.withdraw, name="withdraw"),
    path(f"{REPORT}/<slug:language>.<slug:kind>", views.file, name="file"),
]
