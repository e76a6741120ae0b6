"""Scripted stories for the demonstration: what people do, in words, tied to the events it makes."""
