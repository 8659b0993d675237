"""How every row leaves İcma for those whom it concerns: a word for each model, printed in the data dictionary.

`icma backup` takes all of it; here stands what a reader, a person or another program gets without the console.
"""

from collections.abc import Iterator
from types import ModuleType

from django.contrib.sessions.models import Session
from django.db.models import Model

from icma.advocacy import models as advocacy
from icma.asks import models as asks
from icma.core import models as core
from icma.events import models as events
from icma.law import models as law
from icma.legalaid import models as legalaid
from icma.matters import models as matters
from icma.monitoring import models as monitoring
from icma.people import models as people
from icma.research import models as research

LISTED = "list with CSV, Atom and API"
FILE = "file (CSV, spreadsheet, JSON or PDF) of the page it stands on"
OWN = "the person's own page of what is held"
PAGE = "none: read on the page of what it belongs to"
RELEASED = "none by itself: leaves only as a released figure"
SHIPPED = "none: the law as data, read on its pages and used by `icma clocks compute`"
LOG = "the files of the public log, which its program of one file checks"
VAULT = "none: sealed; a client reads it with the code, an office with its keys"
MACHINE = "none: means nothing outside this installation"

Named = tuple[str, ModuleType, str]
NAMED: tuple[Named, ...] = (
    (MACHINE, core, "Once Code File"),
    (OWN, people, "User Signin Membership Consent Contact Opening Mail"),
    (LISTED, people, "Place Organisation Authority"),
    (FILE, people, "Address"),
    (PAGE, people, "Milestone Change Review Told"),
    (SHIPPED, law, "Edition Rule CalendarDay LetterText TopicSign"),
    (OWN, law, "DataRequest DataClock DataEvent"),
    (LISTED, matters, "Matter Entry Letter Clock"),
    (OWN, matters, "Part Task"),
    (PAGE, matters, "InMail Link Window Words ClockEvent Document Notice"),
    (RELEASED, matters, "Support Act"),
    (LISTED, events, "Event"),
    (PAGE, events, "Session Sheet"),
    (OWN, events, "Invitation"),
    (RELEASED, events, "HeadCount Attendance NeedUsed"),
    (LISTED, asks, "Form"),
    (PAGE, asks, "Version Question Reading Batch Sheet"),
    (RELEASED, asks, "Response Answer TextAnswer"),
    (LISTED, monitoring, "Initiative Outcome Story"),
    (FILE, monitoring, "Node Indicator Definition Period Target Report ReportCell Paper Omission"),
    (PAGE, monitoring, "Reporter Evidence Word Substantiation Collection Choice Visit Month MonthCount"),
    (FILE, research, "Release Declared"),
    (LISTED, research, "Imported"),
    (PAGE, research, "PopulationTable PopulationCell Marker Goal"),
    (RELEASED, research, "ActQuarter ActSum"),
    (LISTED, advocacy, "Campaign Petition Decision Commitment MassRow"),
    (FILE, advocacy, "Stakeholder Standing"),
    (LOG, advocacy, "Signature Leaf Checkpoint Witness Invalidation AuditSample"),
    (PAGE, advocacy, "Reach Note Tactic Message Indicator Reached Delivery MassRequest Update ViewDay SelfReported "
                     "Sheet Source Point Observation Rating"),
    (MACHINE, advocacy, "Pending"),
    (PAGE, legalaid, "Release TemplateSign Slot"),
    (VAULT, legalaid, "Case Receipt Sealed SealedFile Alias Drop Wall Offer Tombstone Fact Complaint ComplaintKey Question KeyPair "
                      "KeyWrap Unlocked Grant Name NamePage Read Head"),
)  # fmt: skip


def exports() -> Iterator[tuple[type[Model], str]]:
    """(model, how it is exported or why it is not), each model once."""
    for words, module, names in NAMED:
        for name in names.split():
            yield getattr(module, name), words
    yield Session, MACHINE
