"""One cast of invented persons for tests, demo and documents. Every name says "Nümunə"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """`role` is a people.Membership role or empty; `seat` says where: union, community or authority."""

    key: str
    pseudonym: str
    role: str = ""
    seat: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@numune.invalid"


CAST = (
    Person("resident", "Nümunə sakin"),
    Person("coordinator", "Nümunə koordinator", "coordinator", "community"),
    Person("officer", "Nümunə əməkdaş", "officer", "union"),
    Person("officer2", "Nümunə əməkdaş (ikinci)", "officer", "union"),
    Person("lawyer", "Nümunə hüquqşünas", "lawyer", "union"),
    Person("advocate", "Nümunə vəkil", "advocate", "union"),
    Person("moderator", "Nümunə moderator", "moderator", "union"),
    Person("moderator2", "Nümunə moderator (ikinci)", "moderator", "union"),
    Person("researcher", "Nümunə tədqiqatçı", "researcher", "union"),
    Person("official", "Nümunə məsul şəxs", "official", "authority"),
)
BY_KEY = {person.key: person for person in CAST}
