"""Loan money followed through many customers: an independent tracer, the true money under every rule, comparisons."""
