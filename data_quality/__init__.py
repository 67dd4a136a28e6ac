"""Claims about what the outside world sent, and about the plausibility of what we publish."""
