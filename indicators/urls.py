"""The addresses of the matrix, the indicators, the entry pages and the reviews."""

from django.urls import path

from indicators.views import catalogue, entering, indicator, matrix, reviewing

app_name = "indicators"

urlpatterns = [
    path("indicators/", catalogue.catalogue, name="catalogue"),
    path("indicators/<str:code>/", catalogue.definition, name="definition"),
    path("pilots/<slug:slug>/matrix", matrix.matrix, name="matrix"),
    path("pilots/<slug:slug>/indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("pilots/<slug:slug>/indicators/<str:code>/chart.svg", indicator.chart, name="chart"),
    path("pilots/<slug:slug>/data/<str:period>/", entering.entry_page, name="entry"),
    path("pilots/<slug:slug>/data/<str:period>/submit", entering.submit, name="submit"),
    path("reviews/", reviewing.queue, name="reviews"),
    path("reviews/<int:pk>/", reviewing.workspace, name="review"),
    path("reviews/<int:pk>/begin", reviewing.begin, name="review_begin"),
    path("reviews/<int:pk>/withdraw", reviewing.withdraw, name="review_withdraw"),
    path("reviews/<int:pk>/send-back", reviewing.send_back, name="review_send_back"),
    path("reviews/<int:pk>/verify", reviewing.verify, name="review_verify"),
    path("reviews/<int:pk>/reopen", reviewing.reopen, name="review_reopen"),
]
