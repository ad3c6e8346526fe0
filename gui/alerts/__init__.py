"""What the window does about alerts: a sound, the tray, a toast, the line at the bottom."""
