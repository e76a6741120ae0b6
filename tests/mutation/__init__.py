"""Tests of the tests: planted errors must be noticed."""
