"""Home, search, my work, urls and the explicit lists: what sees every other floor."""
