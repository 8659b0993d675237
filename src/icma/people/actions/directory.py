"""The directory of authorities: bodies and their addresses, each with its source; nothing is overwritten.

An officer's change holds at once and can be undone for 14 days; anybody else's is a proposal that an
officer must agree to. Changing an address ends the old row and opens a new one: an old letter keeps
the address that was used.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.engines.aztext import clean_text, fold, sort_text
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.review import ask_review
from icma.people.models import Address, Authority, Change, Review, User

BODY_FIELDS = (
    "kind",
    "name_az",
    "name_en",
    "name_ru",
    "place",
    "parent",
    "superior",
    "source",
    "since",
    "until",
)
ADDRESS_FIELDS = ("purpose", "channel", "value", "limit", "attachments", "source", "since", "until")


@action
def create_authority(*, by: User | None, at: datetime, code: str | None = None, **values: Any) -> Authority:
    """Enter a body: kind, name_az, source; name_en, name_ru, place, parent, superior, since, until."""
    body = Authority(code=code or public_code())
    change = write_body(body=body, values=values, by=by, at=at)
    _seen_later(body, [change], by, at)
    return body


@action
def edit_authority(
    *, authority: Authority, by: User | None, at: datetime, why: str = "", **values: Any
) -> Authority:
    """Change a body; a second officer can undo it."""
    change = write_body(body=authority, values=values, by=by, at=at, why=why)
    _seen_later(authority, [change], by, at)
    return authority


@action
def close_authority(*, authority: Authority, until: date, by: User, at: datetime) -> Authority:
    """`until` is the last day of the body; letters to it stay as they are."""
    return edit_authority(authority=authority, by=by, at=at, until=until)


@action
def keep_address(
    *, authority: Authority, purpose: str, channel: str, value: str, source: str,
    by: User | None, at: datetime,
    limit: int | None = None, attachments: bool = True, since: date | None = None,
) -> Address:  # fmt: skip
    """Enter how a body is reached, from `since` (today) on: the one before it ends on the day before."""
    values = _as_it_stands(authority, {
        "purpose": purpose, "channel": channel, "value": value, "source": source, "limit": limit,
        "attachments": attachments, "since": since,
    })  # fmt: skip
    row, changes = write_address(authority=authority, values=values, by=by, at=at)
    _seen_later(authority, changes, by, at)
    return row


def _as_it_stands(authority: Authority, values: dict[str, Any]) -> dict[str, Any]:
    """Where the address that is entered holds already, its limit or source is corrected: it does not begin anew."""
    value = " ".join(clean_text(values["value"]).split())
    same = authority.addresses.filter(
        purpose=values["purpose"], channel=values["channel"], value=value, until=None
    )
    since = values.get("since")
    goes_on = bool(since) and same.filter(since__lte=since).exists()
    return {**values, "since": None} if goes_on else values


@action
def end_address(*, address: Address, by: User, at: datetime, until: date | None = None) -> Address:
    """The address is no longer used after `until` (today). One that has not begun is taken out again, and the one
    before it goes on."""
    last = until or legal_day(at)
    if address.since > last:
        _seen_later(address.authority, _take_out(address, by, at), by, at)
        return address
    before = snapshot(address, ADDRESS_FIELDS)
    address.until = last
    change = _save_address(address, before, by, at, "")
    _seen_later(address.authority, [change], by, at)
    return address


def _take_out(address: Address, by: User, at: datetime) -> list[Change | None]:
    before = {**snapshot(address, ADDRESS_FIELDS), "authority": address.authority_id}
    kind = {"authority": address.authority_id, "purpose": address.purpose, "channel": address.channel}
    earlier = Address.objects.filter(**kind, until=address.since - timedelta(days=1)).order_by("-pk").first()
    row = address.pk
    address.delete()
    changes = [log_change(table="address", row=row, before=before, after=None, by=by, at=at)]
    if earlier is not None:
        stood = snapshot(earlier, ADDRESS_FIELDS)
        earlier.until = None
        changes.append(_save_address(earlier, stood, by, at, ""))
    return changes


@action
def propose_change(
    *, authority: Authority | None, source: str, by: User, at: datetime,
    values: dict[str, Any] | None = None, address: dict[str, Any] | None = None,
) -> Review:  # fmt: skip
    """Ask an officer for a change: `values` as in write_body (plain JSON), `address` as in keep_address.

    Nothing changes until somebody else agrees. Refused without a source.
    """
    source = clean_text(source)
    if not source:
        raise Refused(_("Write where this is known from."))
    if not values and not address:
        raise Refused(_("Nothing has been changed."))
    code, name = (authority.code, authority.name_az) if authority else ("", (values or {}).get("name_az", ""))
    data = {
        "authority": code, "name": name,
        "source": source[:300], "values": values or {}, "address": address or {},
    }  # fmt: skip
    return ask_review(kind="proposal", subject=code or "new", when="before", by=by, at=at, data=data)


def apply_proposal(*, review: Review, by: User, at: datetime) -> None:
    """The effect of an agreed proposal; the audit names the officer and who proposed it."""
    data, why = review.data, f"proposed by {review.asked_by}"
    source = {"source": data["source"]}
    known = Authority.objects.filter(code=data["authority"]).first()
    body = known or Authority(code=public_code())
    if data["values"] or body.pk is None:
        write_body(body=body, values={**data["values"], **source}, by=by, at=at, why=why)
    if data["address"]:
        values = _as_it_stands(body, {**data["address"], **source})
        write_address(authority=body, values=values, by=by, at=at, why=why)


def undo_directory(*, review: Review, by: User, at: datetime) -> None:
    """Take back the changes of one review, the last first. Refused when a row has changed again since."""
    for change in Change.objects.filter(pk__in=review.data["changes"]).order_by("-pk"):
        _take_back(change, by, at)


def write_body(
    *, body: Authority, values: dict[str, Any], by: User | None, at: datetime, why: str = ""
) -> Change | None:
    """Set, check and log fields of a body; foreign keys as rows, or as numbers under `name_id`."""
    before = snapshot(body, BODY_FIELDS) if body.pk else None
    for name, value in values.items():
        if name.removesuffix("_id") not in BODY_FIELDS:
            raise ValueError(f"not a field of an authority: {name}")
        if name in ("since", "until") and isinstance(value, str):
            value = date.fromisoformat(value) if value else None
        setattr(body, name, " ".join(clean_text(value).split()) if isinstance(value, str) else value)
    _check_body(body)
    _derive(body)
    if before != snapshot(body, BODY_FIELDS):
        body.save()
    return log_change(
        table="authority",
        row=body.code,
        before=before,
        after=snapshot(body, BODY_FIELDS),
        by=by,
        at=at,
        why=why,
    )


def _derive(body: Authority) -> None:
    """Columns for order and search follow the names and the place."""
    body.sort_key = sort_text(body.name_az)
    where = body.place.name_az if body.place else ""
    body.search_text = fold(f"{body.name_az} {body.name_en} {body.name_ru} {where}")[:700]


def _check_body(body: Authority) -> None:
    if not 2 <= len(body.name_az) <= 200 or len(body.name_en) > 200 or len(body.name_ru) > 200:
        raise Refused(_("Write a name of 2 to 200 letters."))
    if body.kind not in Authority.Kind.values:
        raise Refused(_("Unknown kind of body: %(kind)s.") % {"kind": body.kind})
    if not body.source or len(body.source) > 300:
        raise Refused(_("Write where this is known from."))
    if body.since and body.until and body.until < body.since:
        raise Refused(_("The last day lies before the first."))
    for name in ("parent", "superior"):
        step = getattr(body, name)
        seen = set()
        while step is not None and step.pk not in seen:
            if body.pk is not None and step.pk == body.pk:
                raise Refused(_("A body cannot stand above itself."))
            seen.add(step.pk)
            step = getattr(step, name)


def write_address(
    *,
    authority: Authority,
    values: dict[str, Any],
    by: User | None,
    at: datetime,
    why: str = "",
    besides: Collection[int] = (),
) -> tuple[Address, list[Change | None]]:
    """Open an address or correct the same one; another value of its purpose and channel ends on the day before.

    Refused: a first day before that of the one that is live. `besides`: rows that other lines of a sheet stand for.
    """
    today = legal_day(at)
    new = Address(authority=authority, **_address_values(values, today))
    rows = Address.objects.filter(authority=authority, purpose=new.purpose, channel=new.channel)
    same = _same(rows.filter(value=new.value).exclude(pk__in=besides), new, bool(values.get("since")))
    changes = []
    if new.until is None:
        others = rows.exclude(pk=same.pk if same else None)
        others = others.filter(Q(until=None) | Q(until__gte=new.since) & ~Q(pk__in=besides))
        changes = [_end_before(new, old, by, at, why) for old in others.order_by("pk")]
    if same is None:
        return new, [*changes, _save_address(new, None, by, at, why)]
    before = snapshot(same, ADDRESS_FIELDS)
    for name in ("limit", "attachments", "source", "until", *(("since",) if values.get("since") else ())):
        setattr(same, name, getattr(new, name))
    return same, [*changes, _save_address(same, before, by, at, why)]


def _end_before(new: Address, old: Address, by: User | None, at: datetime, why: str) -> Change | None:
    """Neither gap nor overlap. Of two that began on one day the later written one holds (`addresses_for`)."""
    if old.since > new.since:
        raise Refused(
            _(
                "An address of this kind holds from %(day)s on. Choose a later first day, or end that one first."
            )
            % {"day": date_words(old.since)}
        )
    before = snapshot(old, ADDRESS_FIELDS)
    old.until = max(old.since, new.since - timedelta(days=1))
    return _save_address(old, before, by, at, why)


def _same(rows: QuerySet[Address], new: Address, dated: bool) -> Address | None:
    """The row that `new` corrects: of the same first day (one address may end and begin again on one day), or the
    one that is live, whose first day is corrected with it."""
    if dated:
        exact = rows.filter(since=new.since).order_by("pk")
        found = exact.filter(until=new.until).first() or exact.first()
        if found is not None or new.until is not None:
            return found
    return rows.filter(until=None).first()


def _save_address(
    row: Address, before: dict | None, by: User | None, at: datetime, why: str
) -> Change | None:
    after = snapshot(row, ADDRESS_FIELDS)
    if before == after:
        return None
    row.save()
    # A new row gets its number with the saving; its body is named so that the audit can be read alone.
    after = {**after, "authority": row.authority_id}
    before = {**before, "authority": row.authority_id} if before else None
    return log_change(table="address", row=row.pk, before=before, after=after, by=by, at=at, why=why)


def _address_values(values: dict[str, Any], today: date) -> dict[str, Any]:
    kept = {name: values.get(name) for name in ADDRESS_FIELDS}
    for name in ("purpose", "channel", "value", "source"):
        kept[name] = " ".join(clean_text(str(kept[name] or "")).split())
    for name in ("since", "until"):
        if isinstance(kept[name], str):
            kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
    kept["since"] = kept["since"] or today
    kept["attachments"] = kept["attachments"] is not False
    kept["limit"] = kept["limit"] or None
    if kept["purpose"] not in Address.Purpose.values:
        raise Refused(_("Unknown purpose of an address: %(purpose)s.") % {"purpose": kept["purpose"]})
    if kept["channel"] not in Address.Channel.values:
        raise Refused(_("Unknown channel: %(channel)s.") % {"channel": kept["channel"]})
    if not kept["value"] or len(kept["value"]) > 300:
        raise Refused(_("Write the address in at most 300 letters."))
    if not kept["source"] or len(kept["source"]) > 300:
        raise Refused(_("An address needs a source: never enter one that nobody has confirmed."))
    if kept["until"] and kept["until"] < kept["since"]:
        raise Refused(_("The last day lies before the first."))
    return kept


def _seen_later(body: Authority, changes: list[Change | None], by: User | None, at: datetime) -> None:
    """One line on "Nəzərdən keçirin" for what an officer has changed; shipped data needs none."""
    ids = [change.pk for change in changes if change]
    if ids and by is not None:
        data = {"changes": ids, "name": body.name_az}
        ask_review(kind="directory", subject=body.code, when="after", by=by, at=at, data=data)


def _take_back(change: Change, by: User, at: datetime) -> None:
    if change.table == "authority":
        row, fields = Authority.objects.filter(code=change.row).first(), BODY_FIELDS
    else:
        row, fields = Address.objects.filter(pk=change.row).first(), ADDRESS_FIELDS
    expected = {name: change.after[name] for name in fields} if change.after else None
    if (snapshot(row, fields) if row else None) != expected:
        raise Refused(_("It has been changed again since. Make a new change instead."))
    if change.before is None:
        _remove(row, legal_day(at))
    else:
        row = row or Address(pk=change.row, authority_id=change.before["authority"])
        for name in fields:
            setattr(row, row._meta.get_field(name).attname, change.before[name])
        if isinstance(row, Authority):
            _derive(row)
        row.save()
    log_change(
        table=change.table,
        row=change.row,
        before=change.after,
        after=change.before,
        by=by,
        at=at,
        why="undone",
    )


def _remove(row: Authority | Address, today: date) -> None:
    """Delete what was just entered; what is already used (a letter points at it) is ended instead."""
    try:
        row.delete()
    except ProtectedError:
        row.until = max(row.since, today) if row.since else today
        row.save(update_fields=["until"])
