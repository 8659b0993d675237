"""How a letter is made: what is wanted, to whom it goes, its words, its paper. Reads, never writes."""
