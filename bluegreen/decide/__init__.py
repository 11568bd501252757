"""What to do next: pure functions from observed facts to actions."""
