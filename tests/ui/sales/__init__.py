"""Sales, payments and after-sales pages."""
