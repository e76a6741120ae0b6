"""The contracts: one file per topic, the message types, and the codec. Depends on nothing of ours."""
