"""Currencies that money may be in: ISO 4217 codes with a minor unit."""

from iso4217 import Currency

MINOR_DIGITS = {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}
"""Code -> decimal digits of its minor unit (CNY 2, JPY 0). Metals, funds without a unit and test codes are absent."""
