"""The package's own pages and nothing else."""

from django.urls import include, path

urlpatterns = [path("survey/", include("survey.urls"))]
