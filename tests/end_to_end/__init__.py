"""The product as its users meet it: real worker processes on a real Apache Kafka."""
