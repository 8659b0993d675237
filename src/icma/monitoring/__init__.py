"""Did it work: initiatives, indicators, reports, outcomes."""
