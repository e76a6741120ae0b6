"""One event, one decision: from what the rules found to what is answered, kept, blocked and told the desk."""
