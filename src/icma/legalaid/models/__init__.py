from icma.legalaid.models.cases import Alias, Case, Drop, Offer, Receipt, Sealed, SealedFile, Tombstone, Wall
from icma.legalaid.models.desk import Complaint, ComplaintKey, Fact, Question, Release, Slot, TemplateSign
from icma.legalaid.models.keys import Grant, KeyPair, KeyWrap, Unlocked
from icma.legalaid.models.register import Head, Name, NamePage, Read

__all__ = [
    "Alias", "Case", "Complaint", "ComplaintKey", "Drop", "Fact", "Grant", "Head", "KeyPair", "KeyWrap", "Name", "NamePage", "Offer", "Question", "Read",
    "Receipt", "Release", "Sealed", "SealedFile", "Slot", "TemplateSign", "Tombstone", "Unlocked", "Wall",
]  # fmt: skip
