"""What a tree means: what controllers, charts and operators will make of it, and who refers to what."""
