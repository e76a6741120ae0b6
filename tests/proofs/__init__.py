"""Proofs: built from what the bank said, checked alone."""
