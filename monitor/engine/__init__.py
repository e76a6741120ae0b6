"""The pure engine: state in, state out. No Faust, Kafka, IO, clock or metrics client in here."""
