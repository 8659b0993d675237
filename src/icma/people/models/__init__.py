"""Persons, places, organisations and authorities; nothing about matters."""

from icma.people.models.account import Membership, Signin, User, person_key
from icma.people.models.audit import Change, Review
from icma.people.models.authority import Address, Authority
from icma.people.models.contact import Consent, Contact, Mail, Opening, Told
from icma.people.models.organisation import Milestone, Organisation
from icma.people.models.place import Place

__all__ = [
    "Address",
    "Authority",
    "Change",
    "Consent",
    "Contact",
    "Mail",
    "Membership",
    "Milestone",
    "Opening",
    "Organisation",
    "person_key",
    "Place",
    "Review",
    "Signin",
    "Told",
    "User",
]
