"""The addresses of the matrix, the indicators, the entry pages and the reviews."""

from django.urls import path

from indicators.views import catalogue, indicator

app_name = "indicators"

urlpatterns = [
    path("indicators/", catalogue.catalogue, name="catalogue"),
    path("indicators/<str:code>/", catalogue.definition, name="definition"),
    path("pilots/<slug:slug>/indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("pilots/<slug:slug>/indicators/<str:code>/chart.svg", indicator.chart, name="chart"),
]
