"""The store on a hand-held: scan, do, go on; also while the server is away."""
