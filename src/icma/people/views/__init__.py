"""Pages of accounts, people, organisations, directory and reviews."""
