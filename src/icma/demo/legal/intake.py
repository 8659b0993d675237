"""Two who wait for help, one of them urgently, and a code to come back with. All invented; through the actions."""

from datetime import datetime, timedelta

from icma.demo.country import Country
from icma.legalaid.actions.intake.telling import change_code, take_down
from icma.legalaid.keeping import ring_of_code
from icma.legalaid.ring import Ring


def play(country: Country, rings: dict[str, Ring], at: datetime) -> dict[str, str]:
    """What visitors may try: the code of the first of them."""
    calm = {
        "what": "Nümunə: işdən çıxarıldım, son iki ayın əməkhaqqı verilmədi. Əmr əlimdədir.", "triggers": [],
        "other": "Nümunə Tikinti MMC", "client": "Nümunə Aygün", "papers": "Əmr, əmək müqaviləsinin surəti", "paper": "none",
        "happened_on": (at - timedelta(days=9)).date(), "call": "yes", "phone": "050 000 00 00", "answers": "me",
        "hour": "axşam 6-dan sonra", "woman": True,
    }  # fmt: skip
    urgent = {
        "what": "Nümunə: icra məmuru gəldi, evdən çıxmağımız üçün bir həftə vaxt verdi.", "triggers": ["eviction"],
        "other": "Nümunə Bankı", "client": "Nümunə Elçin", "papers": "Xəbərdarlıq vərəqi", "paper": "civil",
        "served_on": (at - timedelta(days=3)).date(), "event_on": (at + timedelta(days=4)).date(), "call": "no",
        "answers": "me",
    }  # fmt: skip
    _case, heard = take_down(values=calm, language="az", at=at - timedelta(days=3), source="")
    take_down(values=urgent, language="az", at=at - timedelta(hours=2))
    found = ring_of_code(heard, at)
    assert found is not None
    code, _ring = change_code(ring=found[0], receipt=found[1], at=at)
    return {"intake": code}
