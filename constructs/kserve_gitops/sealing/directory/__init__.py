"""SealedSecrets in the place of all plain Secrets of a folder, whoever wrote them."""
