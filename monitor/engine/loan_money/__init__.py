"""Loan money beyond one ledger: what goes to other customers and comes back, and what is said of it."""
