"""What the schemas under imports/ say about an object or about Helm values, and how to say that to a person."""
