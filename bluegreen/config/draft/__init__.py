"""A first services.yaml, from what is there."""
