"""Looking back: counts of pauses, if both want that. When, how long, how it ended; not who, and not a word."""
