"""Pages of accounts, people, communities, directory and reviews, as each role meets them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icma.core.words import date_words
from icma.people.actions.directory import create_authority, keep_address
from icma.people.actions.review import ask_review
from icma.people.models import Address, Authority, Membership, Organisation, Place, Review, Signin, User

pytestmark = pytest.mark.urls("tests.people.urls")


OFFICER = [
    "people",
    "organisation_new",
    "directory",
    "directory_import",
    "body_new",
    "reviews",
]
SCRIPT = "<script>alert(1)</script>"


def test_every_page_of_an_officer_stands(client_as, country, cast):
    client = client_as("officer")
    pages = [reverse(name) for name in OFFICER] + [
        reverse("person", args=[cast.coordinator.person]), reverse("organisation", args=["GOYCAY01"]),
        reverse("body", args=["WATER001"]), reverse("body_edit", args=["WATER001"]), reverse("account"),
        reverse("held"), reverse("account_erase"), reverse("villages", args=["AZ-GOY"]), reverse("directory_csv"), reverse("directory_json"),
    ]  # fmt: skip
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", OFFICER + ["account", "held"])
def test_a_stranger_is_asked_to_sign_in(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 302 and "/hesab/login/" in response.url


@pytest.mark.parametrize("name", ["people", "directory_import", "organisation_new"])
def test_an_officer_without_the_factor_is_sent_to_give_it(client_as, name):
    response = client_as("officer", strong=False).get(reverse(name))
    assert response.status_code == 302 and response.url.startswith("/hesab/ikinci/?next=")


@pytest.mark.parametrize("key", ["resident", "official", "researcher", "coordinator"])
def test_people_and_roles_are_for_officers(client_as, key):
    assert client_as(key).get(reverse("people")).status_code == 404


def test_an_officer_seats_somebody_new(client_as, country):
    client = client_as("officer")
    response = client.post(reverse("people"), {"email": "Yeni@numune.invalid", "once": "a"})
    user = User.objects.get(email="yeni@numune.invalid")
    assert response.url == reverse("person", args=[user.person])
    client.post(response.url, {"role": "coordinator", "organisation": "GOYCAY01", "once": "b"})
    client.post(response.url, {"role": "coordinator", "organisation": "GOYCAY01", "once": "b"})
    seat = Membership.objects.get(user=user)
    client.post(reverse("role_end", args=[seat.pk]), {"once": "c"})
    seat.refresh_from_db()
    assert seat.until is not None


def test_what_was_typed_stays_when_a_role_is_refused(client_as, cast, country):
    url = reverse("person", args=[cast.coordinator.person])
    response = client_as("officer").post(url, {"role": "officer", "organisation": "GOYCAY01", "once": "a"})
    assert response.status_code == 200 and response.context["form"].errors
    assert response.context["form"].data["organisation"] == "GOYCAY01"


def test_freezing_takes_one_press_and_opening_two_persons(client_as, cast):
    officer, second = client_as("officer"), client_as("officer2")
    officer.post(reverse("person_freeze", args=[cast.moderator.person]), {"why": "telefon", "once": "a"})
    cast.moderator.refresh_from_db()
    assert cast.moderator.frozen_at
    officer.post(reverse("person_unfreeze", args=[cast.moderator.person]), {"once": "b"})
    review = Review.objects.get(kind="unfreeze")
    assert officer.post(reverse("review_decide", args=[review.pk]), {"verdict": "agreed"}).status_code == 404
    assert (
        second.get(reverse("reviews")).content.decode().count(reverse("review_decide", args=[review.pk])) == 1
    )
    second.post(reverse("review_decide", args=[review.pk]), {"verdict": "agreed", "once": "c"})
    cast.moderator.refresh_from_db()
    assert cast.moderator.frozen_at is None


def test_nobody_freezes_themselves_from_the_page(client_as, cast):
    assert client_as("officer").post(reverse("person_freeze", args=[cast.officer.person])).status_code == 404


def test_a_verdict_that_does_not_exist_is_not_found(client_as, cast, at):
    review = ask_review(kind="role", subject="1", when="after", by=cast.officer, at=at)
    client = client_as("officer2")
    for verdict in ("", "refused", "deleted"):
        assert (
            client.post(reverse("review_decide", args=[review.pk]), {"verdict": verdict}).status_code == 404
        )


def test_a_coordinators_change_of_the_directory_is_a_proposal(client_as, country):
    client = client_as("coordinator")
    form = {
        "name_az": "Yeni ad", "kind": "utility", "place": "AZ-GOY", "superior": "EXEC0001", "source": "lövhə",
        "once": "a",
    }  # fmt: skip
    client.post(reverse("body_edit", args=["WATER001"]), form)
    country.water.refresh_from_db()
    assert country.water.name_az == "Nümunə Su İdarəsi"
    review = Review.objects.get()
    page = client_as("officer").get(reverse("reviews")).content.decode()
    assert "Nümunə Su İdarəsi → Yeni ad" in page
    assert f"{country.superior} → {country.executive}" in page
    assert (review.kind, review.when) == ("proposal", "before") and review.data["values"][
        "name_az"
    ] == "Yeni ad"
    client_as("officer").post(reverse("review_decide", args=[review.pk]), {"verdict": "agreed", "once": "b"})
    country.water.refresh_from_db()
    assert country.water.name_az == "Yeni ad" and country.water.superior == country.executive


def test_an_address_from_the_page(client_as, country):
    client = client_as("officer")
    form = {"purpose": "appeal", "channel": "email", "value": "su@numune.invalid", "once": "a"}
    assert client.post(reverse("body", args=["WATER001"]), form).status_code == 200, "no source"
    assert not Address.objects.exists()
    client.post(reverse("body", args=["WATER001"]), form | {"source": "lövhə", "no_attachments": "on"})
    row = Address.objects.get()
    assert not row.attachments
    assert client_as("coordinator").post(reverse("address_end", args=[row.pk])).status_code == 404
    client.post(reverse("address_end", args=[row.pk]), {"once": "b"})
    row.refresh_from_db()
    assert row.until is not None


def test_the_second_person_sees_of_every_body_what_was_changed(client_as, country):
    sheet = (
        "code,kind,name_az,superior,source,purpose,channel,address,attachments,address_source\r\n"
        "WATER001,utility,Nümunə Su İdarəsi,,lövhə,,,,,\r\n"
        "EXEC0001,executive,Nümunə Rayon İcra Hakimiyyəti,,lövhə,appeal,email,icra@numune.invalid,no,lövhə\r\n"
    )
    client = client_as("officer")
    client.post(reverse("directory_import"), {"kept": sheet, "go": "1"})
    other = client_as("officer2").get(reverse("reviews")).content.decode()
    for shown in (country.water, country.executive, country.superior, "icra@numune.invalid"):
        assert str(shown) in other, shown
    assert other.index("Nümunə Su İdarəsi") < other.index("icra@numune.invalid")


def test_a_sheet_is_rehearsed_and_then_entered_without_choosing_the_file_again(client_as, country):
    client = client_as("officer")
    file = SimpleUploadedFile("q.csv", "kind,name_az,source\nutility,Nümunə Qaz,lövhə\nsaray,X,y\n".encode())
    page = client.post(reverse("directory_import"), {"file": file})
    assert not Authority.objects.filter(name_az="Nümunə Qaz").exists()
    assert dict(page.context["report"].counts) == {"created": 1, "error": 1}
    page = client.post(reverse("directory_import"), {"kept": page.context["kept"], "go": "1"})
    assert dict(page.context["report"].counts) == {"created": 1, "error": 1}
    assert Authority.objects.filter(name_az="Nümunə Qaz").count() == 1


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b\n1,2\n"])
def test_a_file_that_is_no_sheet_is_said_on_the_form(client_as, country, content):
    file = SimpleUploadedFile("q.csv", content)
    page = client_as("officer").post(reverse("directory_import"), {"file": file})
    assert page.status_code == 200 and page.context["form"].errors


def test_script_in_every_text_field_is_shown_as_text(client_as, country, cast):
    client = client_as("officer")
    form = {"name": SCRIPT, "form": "group", "seen": "unlisted", "aims": SCRIPT, "needs": SCRIPT, "offers": SCRIPT,
            "public_contact": SCRIPT, "once": "a"}  # fmt: skip
    client.post(reverse("organisation_new"), form)
    row = Organisation.objects.get(name=SCRIPT)
    client.post(reverse("villages", args=["AZ-GOY"]), {"name": SCRIPT, "once": "b"})
    body = create_authority(
        kind="other", name_az=SCRIPT, source=SCRIPT, by=cast.officer, at=cast.officer.joined_at
    )
    keep_address(authority=body, purpose="appeal", channel="post", value=SCRIPT, source=SCRIPT,
                 by=cast.officer, at=cast.officer.joined_at)  # fmt: skip
    User.objects.filter(pk=cast.coordinator.pk).update(pseudonym=SCRIPT)
    pages = [reverse("organisation", args=[row.code]), reverse("villages", args=["AZ-GOY"]),
             reverse("directory"), reverse("body", args=[body.code]), reverse("people"),
             reverse("person", args=[cast.coordinator.person])]  # fmt: skip
    for page in pages:
        text = client.get(page).content.decode()
        assert SCRIPT not in text and "&lt;script&gt;" in text, page
    second = client_as("officer2").get(reverse("reviews")).content.decode()
    assert SCRIPT not in second and "&lt;script&gt;" in second


@pytest.mark.parametrize("text", ["x" * 10_000, "\u202e\u200b", "%' OR 1=1", "Gəncə"])
def test_any_search_is_answered(client_as, country, text):
    client = client_as("officer")
    for name in ("directory", "people"):
        assert client.get(reverse(name), {"q": text, "page": "x"}).status_code == 200


def test_an_officer_enters_a_community_and_a_coordinator_its_villages(client_as, country):
    officer, client = client_as("officer"), client_as("coordinator")
    form = {"name": "Yeni qrup", "form": "group", "place": "AZ-GOY", "seen": "unlisted", "once": "a"}
    officer.post(reverse("organisation_new"), form)
    group = Organisation.objects.get(name="Yeni qrup")
    officer.post(
        reverse("organisation", args=[group.code]), form | {"form": "cbo", "seen": "full", "once": "b"}
    )
    group.refresh_from_db()
    assert (group.form, group.seen) == ("cbo", "unlisted"), "only the community says who sees it"
    assert client.get(reverse("organisation", args=["GOYCAY01"])).status_code == 404
    client.post(reverse("villages", args=["AZ-GOY"]), {"name": "Nümunə qəsəbəsi", "once": "c"})
    assert Place.objects.filter(name_az="Nümunə qəsəbəsi").exists()
    assert client.get(reverse("villages", args=["MAR"])).status_code == 404, (
        "a region has no villages of its own"
    )


def test_an_account_is_described_by_its_owner(client_as, cast):
    client = client_as("resident")
    client.post(reverse("account"), {"pseudonym": "Bənövşə", "language": "ru", "digest": "urgent"})
    cast.resident.refresh_from_db()
    assert (cast.resident.pseudonym, cast.resident.language) == ("Bənövşə", "ru")
    page = client.post(reverse("account"), {"pseudonym": "a@b.az", "language": "az", "digest": "daily"})
    assert page.status_code == 200 and page.context["form"].errors and "a@b.az" in page.content.decode()


def test_one_closes_own_sessions_and_nobody_elses(client_as, cast, at):
    mine, theirs = client_as("resident"), client_as("coordinator")
    row = Signin.objects.create(
        user=cast.coordinator, session_key=theirs.session.session_key, at=at, seen_on=at.date()
    )
    assert mine.post(reverse("session_close", args=[row.pk])).status_code == 404
    assert theirs.get(reverse("account")).status_code == 200
    theirs2 = client_as("coordinator")
    theirs2.post(reverse("session_close", args=[row.pk]))
    assert theirs.get(reverse("account")).status_code == 302
    third = client_as("coordinator")
    third.post(reverse("sessions_close"))
    assert third.get(reverse("account")).status_code == 200, "the one who closes stays"
    assert theirs2.get(reverse("account")).status_code == 302


def test_the_way_back_after_the_factor_never_leads_elsewhere(client_as):
    client = client_as("officer")
    assert client.get(reverse("second_factor"), {"next": "https://evil.invalid/"}).url == reverse("account")
    assert client.get(reverse("second_factor"), {"next": "/is/adamlar/"}).url == "/is/adamlar/"


def test_who_has_no_factor_yet_is_helped_to_set_one_up(client_as):
    page = client_as("officer", strong=False).get(reverse("second_factor"), {"next": "/is/adamlar/"})
    assert page.status_code == 200 and reverse("mfa_add_webauthn") in page.content.decode()


def test_reading_never_writes_by_post_only(client_as, cast, country):
    client = client_as("officer")
    for url in (
        reverse("person_freeze", args=[cast.coordinator.person]), reverse("sessions_close"),
        reverse("person_unfreeze", args=[cast.coordinator.person]), reverse("role_end", args=[1]),
        reverse("review_decide", args=[1]), reverse("address_end", args=[1]),
    ):  # fmt: skip
        assert client.get(url).status_code == 405


@pytest.mark.parametrize("name", ["people", "directory", "reviews"])
def test_lists_cost_the_same_for_one_row_and_for_three(client_as, country, cast, at, name):
    client = client_as("officer2")

    def more(n):
        for _i in range(n):
            tag = f"{Authority.objects.count()}"
            body = create_authority(kind="other", name_az=f"Nümunə {tag}", source="x", by=cast.officer, at=at)
            keep_address(
                authority=body,
                purpose="appeal",
                channel="post",
                value="x",
                source="x",
                by=cast.officer,
                at=at,
            )
            user = User.objects.create_user(f"u{tag}@numune.invalid")
            Membership.objects.create(
                user=user, role="member", organisation=country.community, since="2024-01-01"
            )
            Organisation.objects.create(
                code=f"O{tag}", name=tag, place=country.shaki, mentor=cast.lawyer, since="2024-01-01", sort_key=tag,
                search_text=tag,
            )  # fmt: skip
            ask_review(kind="role", subject=tag, when="before", by=cast.officer, at=at, organisation=country.community,
                       data={"role": "member", "ended": False, "who": "x"})  # fmt: skip

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(name)).status_code == 200
        return len(found)

    more(1)
    client.get(reverse(name))
    one = cost()
    more(2)
    assert cost() == one <= 12


def test_what_is_held_is_shown_with_who_looked(client_as, cast, at):
    from icma.people.actions.contacts import give_consent, keep_contact, open_contact

    person = cast.resident.person
    keep_contact(
        person=person, purpose="answer", scope="matter:AAAA0001", values={"phone": "+994500000001"}, at=at
    )
    give_consent(person=person, purpose="contact", text="az-1", language="az", channel="phone", at=at)
    open_contact(person=person, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    text = client_as("resident").get(reverse("held")).content.decode()
    assert date_words(at) in text and "resident@numune.invalid" in text
    assert "+994500000001" not in text, "the page says that it is kept, not what"
    assert "+994500000001" not in client_as("coordinator").get(reverse("held")).content.decode()


def test_erasing_takes_the_name_and_keeps_the_proof(client_as, cast, at, db):
    from icma.people.actions.contacts import keep_contact, open_contact
    from icma.people.models import Change, Contact, Opening

    person = cast.resident.person
    keep_contact(person=person, purpose="answer", scope="matter:AAAA0001", values={"phone": "1"}, at=at)
    open_contact(person=person, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    client = client_as("resident")
    assert client.get(reverse("account_erase")).status_code == 200
    assert User.objects.filter(email="resident@numune.invalid").exists(), "reading the page erases nothing"
    page = client.post(reverse("account_erase"), {"once": "a"})
    assert page.status_code == 200
    user = User.objects.get(person=person)
    assert (user.pseudonym, user.is_active) == ("", False) and "resident" not in user.email
    assert (
        not Contact.objects.filter(person=person).exists()
        and Opening.objects.filter(person=person).count() == 1
    )
    assert client.get(reverse("account")).status_code == 302
    assert Change.objects.filter(table="account", row=person).count() == 1


def test_the_last_officer_is_not_erased(client_as, cast):
    Membership.objects.filter(user=cast.officer2).delete()
    page = client_as("officer").post(reverse("account_erase"), {"once": "a"})
    assert page.status_code == 409 and page.context["refusal"]
    cast.officer.refresh_from_db()
    assert cast.officer.is_active
