"""How long every row is kept: one tuple, enforced by a job, proven by a test that travels in time.

A rule without a term says why. `old(at)` finds what has to go; `how` says what becomes of it: the row is
deleted, or only the named columns are emptied and the row stays for what it counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, Q

from icma.advocacy import models as advocacy
from icma.asks import models as asks
from icma.core.day import legal_day
from icma.core.models import Code, File, Once
from icma.events import models as events
from icma.law import models as law
from icma.legalaid import models as legalaid
from icma.matters import models as matters
from icma.monitoring import models as monitoring
from icma.people import models as people
from icma.research import models as research

KEPT, DELETED, EMPTIED = "kept", "deleted", "emptied"


@dataclass(frozen=True)
class Rule:
    """`days` after the moment that `old` looks at; None: no term. `empty`: columns set to "" instead."""

    model: type[Model]
    days: int | None
    how: str
    words: str
    old: Callable[[datetime], Q] | None = None
    empty: tuple[str, ...] = ()


def _gone(model: type[Model], days: int, words: str, old: Callable[[datetime], Q]) -> Rule:
    return Rule(model, days, DELETED, words, lambda at: old(at - timedelta(days=days)))


def _kept(model: type[Model], words: str) -> Rule:
    return Rule(model, None, KEPT, words)


RECORD = "no term: public record"
DIRECTORY = "no term: the directory and its history"
ENDED = ("closed", "merged", "rejected")
# What a campaign told stands on its thread since the moment at which it was published.
ERASED = Exists(matters.Entry.objects.filter(
    matter=OuterRef("campaign"), verb__startswith="told_", at=OuterRef("public_at"), words__erased_at__isnull=False,
))  # fmt: skip
THE_LAW = "no term: every date can be derived anew from the law as it stood"

RETENTION: tuple[Rule, ...] = (
    # core
    _gone(Once, 7, "7 days", lambda t: Q(at__lt=t)),
    _gone(Code, 30, "30 days after it was used, ended or expired",
          lambda t: Q(used_at__lt=t) | Q(ended_at__lt=t) | Q(expires_at__lt=t)),
    _kept(File, "as long as the row that names it; bytes without a row go within a day"),
    # people
    _kept(people.User, "until the person erases the account"),
    _gone(people.Signin, 30, "30 days after it was last seen", lambda t: Q(seen_on__lt=legal_day(t))),
    _kept(people.Place, DIRECTORY),
    _kept(people.Organisation, DIRECTORY),
    _kept(people.Milestone, "with its community"),
    _kept(people.Authority, DIRECTORY),
    _kept(people.Address, "no term: an old letter keeps the address that was used"),
    _kept(people.Membership, "no term: who held which role when"),
    _gone(people.Consent, 1095, "3 years after it was withdrawn", lambda t: Q(withdrawn_at__lt=t)),
    _gone(people.Contact, 0, "until its day, 90 days after the matter ends", lambda t: Q(expires_on__lte=legal_day(t))),
    _gone(people.Opening, 730, "2 years", lambda t: Q(at__lt=t)),
    _gone(people.Mail, 90, "90 days", lambda t: Q(at__lt=t) & ~Q(state="waiting")),
    _gone(people.Told, 90, "90 days", lambda t: Q(at__lt=t)),
    _kept(people.Change, DIRECTORY),
    _gone(people.Review, 730, "2 years after the decision", lambda t: Q(decided_at__lt=t)),
    # law
    _kept(law.Edition, THE_LAW),
    _kept(law.Rule, THE_LAW),
    _kept(law.CalendarDay, THE_LAW),
    _kept(law.LetterText, THE_LAW),
    _kept(law.TopicSign, "no term: an advocate's public signature under a page"),
    _gone(law.DataRequest, 1095, "3 years after it was answered", lambda t: Q(ended_at__lt=t)),
    _kept(law.DataClock, "with its request"),
    _kept(law.DataEvent, "with its request"),
    # matters
    Rule(matters.Matter, 180, EMPTIED, "public record; words that were not published: 180 days",
         lambda at: Q(stage="rejected", changed_at__lt=at - timedelta(days=180)) & ~Q(title=""),
         ("title", "text", "spot", "search_text")),
    _kept(matters.Part, "until the person leaves the matter; the contact behind it goes 90 days after the end"),
    _kept(matters.Link, RECORD),
    _kept(matters.Window, RECORD),
    _kept(matters.Entry, RECORD),
    Rule(matters.Words, 180, EMPTIED, "public record; a text can be erased, a mark stays; not published with its matter: 180 days",
         lambda at: Q(entry__visibility="staff", entry__matter__stage="rejected",
                      entry__matter__changed_at__lt=at - timedelta(days=180)) & ~Q(text=""), ("text",)),
    _kept(matters.Clock, RECORD),
    _kept(matters.ClockEvent, RECORD),
    _kept(matters.Letter, RECORD),
    _gone(matters.InMail, 90, "90 days after it was dealt with; a mail that nobody has dealt with: 1 year",
          lambda t: Q(ended_at__lt=t) | Q(ended_at=None, received_at__lt=t - timedelta(days=275))),
    _gone(matters.Document, 180, "with its matter; originals go after processing; not published with its matter: 180 days",
          lambda t: Q(matter__stage="rejected", matter__changed_at__lt=t) & ~Q(state="public")),
    Rule(matters.Task, 90, EMPTIED,
         "with its community; the sealed first name of who did it: 90 days after it was done, or its matter ended",
         lambda at: (Q(done_on__lt=legal_day(at - timedelta(days=90)))
                     | Q(matter__stage__in=ENDED, matter__changed_at__lt=at - timedelta(days=90),
                         created_at__lt=at - timedelta(days=90))) & ~Q(who_said=""),
         ("who_said",)),
    _kept(matters.Support, "no term: a keyed tag from which nobody can be read"),
    _kept(matters.Notice, RECORD),
    Rule(matters.Act, 365, EMPTIED, "counts stay; the opaque key of the person: 1 year",
         lambda at: Q(on__lt=legal_day(at - timedelta(days=365))) & ~Q(person_key=""), ("person_key",)),
    # events
    _kept(events.Event, RECORD),
    _kept(events.Session, RECORD),
    _kept(events.HeadCount, "no term: counts without persons"),
    _kept(events.Attendance, "no term: counts and a keyed tag; names and addresses are contacts, 90 days after the meeting"),
    _kept(events.Sheet, "with its meeting: a number and a sum; the list itself stays on paper"),
    _kept(events.NeedUsed, "no term: counts without persons"),
    _gone(events.Invitation, 30, "30 days after the meeting", lambda t: Q(event__starts_at__lt=t)),
    # asks: a day is the finest that is kept of whoever answered
    _kept(asks.Form, RECORD),
    _kept(asks.Version, RECORD),
    _kept(asks.Question, RECORD),
    _gone(asks.Response, 1825, "5 years after its questionnaire ended; released figures stay",
          lambda t: Q(version__closed_on__lt=legal_day(t))),
    _kept(asks.Answer, "with its sheet"),
    _gone(asks.TextAnswer, 730, "2 years after the questionnaire ended",
          lambda t: Q(question__version__closed_on__lt=legal_day(t))),
    _gone(asks.Reading, 1095, "3 years: who has opened own words", lambda t: Q(at__lt=t)),
    _gone(asks.Batch, 365, "a year after the questionnaire ended", lambda t: Q(version__closed_on__lt=legal_day(t))),
    _kept(asks.Sheet, "with its pile"),
    # monitoring: results
    _kept(monitoring.Initiative, "no term: what a community set out to do and what came of it"),
    _kept(monitoring.Node, "with its initiative"),
    _kept(monitoring.Reporter, "with its initiative"),
    _kept(monitoring.Indicator, "with its initiative"),
    _kept(monitoring.Definition, "no term: an old figure can be got again"),
    _kept(monitoring.Period, "with its indicator"),
    _kept(monitoring.Target, "no term: an old figure can be got again"),
    _gone(monitoring.Report, 365, "a draft a year; what was sent stays: an old figure can be got again",
          lambda t: Q(state="draft", made_at__lt=t)),
    _kept(monitoring.ReportCell, "no term: counts without persons"),
    _gone(monitoring.Evidence, 1825, "5 years after the initiative ended",
          lambda t: Q(report__period__indicator__initiative__ends_on__lt=legal_day(t))),
    _gone(monitoring.Word, 1825, "5 years after the initiative ended",
          lambda t: Q(report__period__indicator__initiative__ends_on__lt=legal_day(t))),
    # monitoring: outcomes, stories, visits, months
    _kept(monitoring.Outcome, "no term: what changed, for the better and the worse; a draft can be thrown away"),
    _kept(monitoring.Substantiation, "with its outcome"),
    _kept(monitoring.Collection, "no term: what was asked, and what was chosen"),
    Rule(monitoring.Story, 730, EMPTIED, "words that were agreed to stay; who told it: 2 years",
         lambda at: Q(on__lt=legal_day(at - timedelta(days=730))) & ~Q(teller=""), ("teller",)),
    _kept(monitoring.Choice, "no term: the reasons are what is learned"),
    _kept(monitoring.Visit, "no term: what was found; the photo until the team deletes it"),
    _kept(monitoring.Month, "with its community"),
    _kept(monitoring.MonthCount, "no term: counts without persons"),
    _kept(monitoring.Paper, "with its project"),
    _kept(monitoring.Omission, "with its report"),
    # research
    _gone(research.Release, 30, "a draft or refused one 30 days; what was published stays, also when withdrawn",
          lambda t: Q(state__in=("draft", "refused"), made_at__lt=t)),
    _kept(research.Declared, "no term: public record; a withdrawn figure stays with its reason"),
    _kept(research.Imported, "with what it became"),
    _kept(research.ActQuarter, "no term: sums without persons, made anew from the acts"),
    _kept(research.ActSum, "with its quarter"),
    _kept(research.PopulationTable, "no term: what figures were compared with, also when it was removed"),
    _kept(research.PopulationCell, "with its table"),
    _kept(research.Marker, RECORD),
    _kept(research.Goal, RECORD),
    # advocacy
    _kept(advocacy.Campaign, RECORD),
    _kept(advocacy.Stakeholder, "with its campaign: posts and bodies, no persons"),
    _kept(advocacy.Standing, "with its campaign"),
    _kept(advocacy.Reach, "with its campaign"),
    _gone(advocacy.Note, 90, "90 days after the campaign's review, or after its end without one",
          lambda t: Q(campaign__reviewed_on__lt=legal_day(t))
          | Q(campaign__reviewed_on=None, campaign__matter__stage__in=ENDED, campaign__matter__changed_at__lt=t)),
    _kept(advocacy.Tactic, "with its task"),
    _kept(advocacy.Message, RECORD),
    _kept(advocacy.Indicator, RECORD),
    _kept(advocacy.Reached, RECORD),
    _kept(advocacy.Delivery, RECORD),
    _kept(advocacy.MassRequest, RECORD),
    _kept(advocacy.MassRow, RECORD),
    Rule(advocacy.Update, 180, EMPTIED,
         "public record; words that were not published: 180 days, those that were erased on the thread: a day",
         lambda at: (Q(stage="refused", at__lt=at - timedelta(days=180)) | Q(ERASED, stage="public")) & ~Q(title=""),
         ("title", "text", "link")),
    _kept(advocacy.ViewDay, "no term: counts of openings, without persons"),
    _kept(advocacy.SelfReported, RECORD),
    _kept(advocacy.Petition, RECORD),
    Rule(advocacy.Signature, 180, EMPTIED, "the tag stays, sealed identities go 180 days after closing; protected: all but the count",
         lambda at: Q(petition__closed_at__lt=at - timedelta(days=180), sealed__isnull=False), ("sealed",)),
    _gone(advocacy.Pending, 7, "7 days", lambda t: Q(at__lt=t)),
    _kept(advocacy.Leaf, "no term: the log that anyone can check, without persons"),
    _kept(advocacy.Checkpoint, RECORD),
    _kept(advocacy.Witness, RECORD),
    Rule(advocacy.Sheet, 180, EMPTIED, "hash and counts stay; the sealed scan goes 180 days after closing, with the identities",
         lambda at: Q(petition__closed_at__lt=at - timedelta(days=180), scan__isnull=False), ("scan",)),
    _kept(advocacy.Invalidation, RECORD),
    _kept(advocacy.AuditSample, RECORD),
    _kept(advocacy.Source, RECORD),
    _kept(advocacy.Decision, RECORD),
    _kept(advocacy.Point, RECORD),
    _kept(advocacy.Observation, "public record: counts without persons; a record that was refused is deleted at once"),
    _kept(advocacy.Commitment, RECORD),
    _kept(advocacy.Rating, RECORD),
    # legal aid: what is erased goes through legalaid's own actions, which leave a tombstone
    _kept(legalaid.Case, "until erased: 90 days unanswered, 1 year declined, 5 years closed, or the client says so"),
    _kept(legalaid.Receipt, "with its case"),
    _kept(legalaid.Sealed, "with its case"),
    _kept(legalaid.SealedFile, "with its case; bytes without a row go within a day"),
    _kept(legalaid.Alias, "with its case, or until it is ended"),
    _kept(legalaid.Drop, "emptied when it is taken into the thread; a tag that says nothing stays with the address"),
    _kept(legalaid.Wall, "with its case"),
    _kept(legalaid.Offer, "with its case"),
    _kept(legalaid.Tombstone, "no term: a reference, two dates and a reason by kind"),
    _kept(legalaid.Fact, "no term: sealed for the statistics key, without a link to a case"),
    _kept(legalaid.Release, "no term: published figures, without persons"),
    _gone(legalaid.Complaint, 1095, "3 years after it was answered", lambda t: Q(answered_on__lt=legal_day(t))),
    _kept(legalaid.ComplaintKey, "with its complaint; ends when the reader leaves"),
    _gone(legalaid.Question, 1095, "3 years after it was answered", lambda t: Q(answered_on__lt=legal_day(t))),
    _kept(legalaid.TemplateSign, "no term: an advocate's public signature under a text"),
    _gone(legalaid.Slot, 30, "30 days after its day; who came stands sealed in the case", lambda t: Q(starts_at__lt=t)),
    _kept(legalaid.KeyPair, "while anything is sealed for it; a client's goes with the code"),
    _kept(legalaid.KeyWrap, "with its pair; ends when somebody leaves"),
    _gone(legalaid.Unlocked, 0, "20 minutes without use, 8 hours at most", lambda t: Q(seen_at__lt=t - timedelta(minutes=30))),
    _gone(legalaid.Grant, 0, "until its minute, or with its case", lambda t: Q(expires_at__lt=t)),
    _kept(legalaid.Name, "with its case"),
    _kept(legalaid.NamePage, "names go out of it with their case"),
    _kept(legalaid.Read, "no term: the chain of who has opened what, without words"),
    _kept(legalaid.Head, "with the chain"),
    # what others keep for us
    _gone(Session, 0, "12 hours", lambda t: Q(expire_date__lt=t)),
)  # fmt: skip
