"""What the service keeps: the queue on disk, and summaries in its own schema of the database (Tortoise)."""
