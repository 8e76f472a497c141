"""What `protect` is made of: the scheme, counts and their relations, and the choice of what else to hide."""
