"""Interval tracing of loan money."""
