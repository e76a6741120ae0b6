"""What the windows count. Requests count as attempts, postings as money."""

ATTEMPTS, MONEY_OUT, MONEY_IN, CASH = range(4)
