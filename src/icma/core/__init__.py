"""Django plumbing with no nouns of ours.

Actions, access rules, doors, flows, listings, files, codes, idempotency keys, limits, search,
components. Everything above builds on these and nothing here knows what a matter is.
"""
