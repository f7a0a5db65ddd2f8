"""What `scripts/draw` draws, and the pictures themselves."""
