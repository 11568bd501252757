"""Telling others: webhooks."""
