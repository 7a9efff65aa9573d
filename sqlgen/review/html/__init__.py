"""A review in, one HTML file out: no network, no template engine, nothing of it alive but the script that is ours."""

from sqlgen.review.html.page import render

__all__ = ["render"]
