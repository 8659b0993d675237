"""Every meeting, hearing, training, clinic and visit. Nouns: Event, Session, Attendance, Sheet, HeadCount, NeedUsed, Invitation."""
