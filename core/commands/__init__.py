"""What the commands do besides naming concrete classes, which is app.py's business alone."""
