"""Every meeting, hearing, training, clinic and visit. Nouns: Event, HeadCount, Invitation."""
