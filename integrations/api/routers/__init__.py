"""One module per slice; each route is one operation or one query."""
