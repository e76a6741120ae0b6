"""What all partitions know in common, each as of its own journalled offset: reference data and controls."""
