"""Every metric the monitor publishes, in one commented catalogue."""
