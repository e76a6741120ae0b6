"""Tests of interval tracing."""
