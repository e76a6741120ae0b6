"""What a running system does, seen from outside: the topics read as they grow, and put into figures and words."""
