"""The edge: pure parts alone, the whole on a real broker, and the proof under kills."""
