"""The simulated bank: people, merchants, loans, episodes and their truth. Knows no rule."""
