"""Terms of law, calendar, problem topics, texts of letters.

Nouns: Edition, Rule, CalendarDay, LetterText, DataRequest. Rules and days are versioned rows; each clock keeps the
Edition it was computed with. Shipped data stands in law/data and carries no advocate's signature.
"""
