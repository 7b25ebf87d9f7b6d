"""The addresses of the matrix, the indicators, the entry pages and the reviews."""

from django.urls import path

from indicators.views import (
    calls,
    carrying,
    catalogue,
    cell,
    entering,
    evidence,
    filling,
    indicator,
    matrix,
    modes,
    paper,
    presence,
    reviewing,
    signing,
    submitting,
)

app_name = "indicators"

urlpatterns = [
    path("indicators/", catalogue.catalogue, name="catalogue"),
    path("indicators/<str:code>/", catalogue.definition, name="definition"),
    path("pilots/<slug:slug>/matrix", matrix.matrix, name="matrix"),
    path("pilots/<slug:slug>/indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("pilots/<slug:slug>/indicators/<str:code>/chart.svg", indicator.chart, name="chart"),
    path("pilots/<slug:slug>/indicators/<str:code>/mode", modes.choose_mode, name="mode"),
    path("pilots/<slug:slug>/data/", calls.calls, name="calls"),
    path("pilots/<slug:slug>/data/<str:first>..<str:last>/", filling.fill, name="fill"),
    path("pilots/<slug:slug>/data/<str:period>/same", carrying.carry_over, name="carry_over"),
    path("pilots/<slug:slug>/data/<str:period>/paper", paper.type_paper, name="paper"),
    path("pilots/<slug:slug>/data/<str:period>/confirm", paper.confirm, name="confirm"),
    path("pilots/<slug:slug>/data/<str:period>/sign-off", signing.sign_off, name="sign_off"),
    path("pilots/<slug:slug>/data/<str:period>/sign-off/needed", signing.require_sign_off, name="require_sign_off"),
    path("pilots/<slug:slug>/data/<str:period>/", entering.entry_page, name="entry"),
    path("pilots/<slug:slug>/data/<str:period>/present", presence.present, name="present"),
    path("pilots/<slug:slug>/data/<str:period>/submit", submitting.submit, name="submit"),
    path("pilots/<slug:slug>/data/<str:period>/explain", submitting.explain, name="explain"),
    path("pilots/<slug:slug>/data/<str:period>/cells/<str:key>/", cell.cell, name="cell"),
    path("pilots/<slug:slug>/data/<str:period>/cells/<str:key>/chart.svg", cell.chart, name="cell_chart"),
    path("pilots/<slug:slug>/evidence/", evidence.evidence_page, name="evidence"),
    path("pilots/<slug:slug>/evidence/<int:pk>/file", evidence.file, name="evidence_file"),
    path("pilots/<slug:slug>/evidence/<int:pk>/replace", evidence.replace, name="evidence_replace"),
    path("reviews/", reviewing.queue, name="reviews"),
    path("reviews/<int:pk>/", reviewing.workspace, name="review"),
    path("reviews/<int:pk>/begin", reviewing.begin, name="review_begin"),
    path("reviews/<int:pk>/withdraw", reviewing.withdraw, name="review_withdraw"),
    path("reviews/<int:pk>/send-back", reviewing.send_back, name="review_send_back"),
    path("reviews/<int:pk>/verify", reviewing.verify, name="review_verify"),
    path("reviews/<int:pk>/reopen", reviewing.reopen, name="review_reopen"),
]
