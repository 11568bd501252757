"""What was intended and what happened: history, audit, releases, and the lock."""
