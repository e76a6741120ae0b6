"""Tests of the engine, through whole scenes."""
