"""Planted cases: one module per code, the episode and its innocent look-alikes side by side."""
