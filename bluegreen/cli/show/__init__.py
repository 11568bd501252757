"""What a verb found or did, as text."""
