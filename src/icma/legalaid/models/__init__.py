from icma.legalaid.models.cases import Case, Offer, Receipt, Sealed, SealedFile, Tombstone, Wall
from icma.legalaid.models.desk import Fact, Question, Template
from icma.legalaid.models.keys import Grant, KeyPair, KeyWrap, Unlocked
from icma.legalaid.models.register import Head, Name, NamePage, Read

__all__ = [
    "Case", "Fact", "Grant", "Head", "KeyPair", "KeyWrap", "Name", "NamePage", "Offer", "Question", "Read", "Receipt",
    "Sealed", "SealedFile", "Template", "Tombstone", "Unlocked", "Wall",
]  # fmt: skip
