"""What the windows count. Requests count as attempts, postings as money."""

ATTEMPTS, MONEY_OUT, MONEY_IN, CASH = range(4)
TIERS = (3, 6, 6, 6)
"""How many windows are kept of each, the shortest first: attempts for a day, money for 90 days."""
