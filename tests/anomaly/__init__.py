"""Tests of the anomaly model."""
