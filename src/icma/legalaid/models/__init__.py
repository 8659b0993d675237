from icma.legalaid.models.cases import Case, Offer, Receipt, Sealed, SealedFile, Tombstone, Wall
from icma.legalaid.models.desk import Complaint, Fact, Question, Release
from icma.legalaid.models.keys import Grant, KeyPair, KeyWrap, Unlocked
from icma.legalaid.models.register import Head, Name, NamePage, Read

__all__ = [
    "Case", "Complaint", "Fact", "Grant", "Head", "KeyPair", "KeyWrap", "Name", "NamePage", "Offer", "Question", "Read",
    "Receipt", "Release", "Sealed", "SealedFile", "Tombstone", "Unlocked", "Wall",
]  # fmt: skip
