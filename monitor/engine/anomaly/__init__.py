"""The anomaly model behind a small interface."""
