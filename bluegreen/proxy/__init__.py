"""nginx: what it is told, what it answers, and the order in which it is changed."""
