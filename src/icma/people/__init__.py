"""Who, where, in what role, told what.

Nouns: User, Organisation, Membership, Place, Authority, Address, Contact, Consent, Mail, Change, Review.
"""
