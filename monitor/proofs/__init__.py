"""Proofs beside the hot path: what a tracing rule blocked, shown by the bank's own messages, and checked alone."""
