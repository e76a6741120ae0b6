"""A deterministic simulated bank with the truth beside its events. It knows no rule and no engine."""
