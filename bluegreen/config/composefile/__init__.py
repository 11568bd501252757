"""The team's Compose files: read without Docker, so that a CI machine can compare them with services.yaml."""
