"""Classes of use that matter to more than one rule (`topics.reference.DestinationClass`)."""

FORBIDDEN = ("SECURITIES", "FUTURES_DERIV", "WEALTH_AM", "PROPERTY", "EQUITY_CAPITAL", "METAL", "CRYPTO", "GAMBLING")
"""Where the money of a consumer loan may not go (orders 2020 No. 9, 2024 No. 3)."""

ALERT_ONLY = ("MORTGAGE_REPAY", "OTHER_LENDER")
"""Forbidden too, but a payment refused there makes a default: never more than an alert."""
