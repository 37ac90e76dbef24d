"""The till (收银台): an empty basket with the cursor in it; while the server is away, a screen of its own sells."""
