"""Orders on their way out, and the way out of everything."""
