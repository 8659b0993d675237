"""What writes in research."""
