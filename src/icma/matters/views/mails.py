"""Mail that came for a letter: read by those who lead its matter, entered as an answer or put aside."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.files import TYPES, sniff
from icma.core.once import run_once
from icma.matters.actions.incoming import WAITING
from icma.matters.actions.mails import put_aside, take_mail
from icma.matters.forms.letters import refusals
from icma.matters.forms.mails import SavedMailForm
from icma.matters.mailbox import Opened, is_directory_address
from icma.matters.models import InMail, Letter
from icma.matters.views.letters import WITH, file_response, of_matter, shown

MAIL = ("letter__matter", "letter__authority", "file")


@can("lead", Letter, select=WITH)
@of_matter
def letter_mail_add(request: HttpRequest, letter: Letter) -> HttpResponse:
    """A mail that reached somebody's own mailbox is added as a file."""
    if letter.direction != Letter.Direction.OUT or letter.stage == "dropped":
        raise Http404
    form, now = SavedMailForm(request.POST or None, request.FILES or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        given = {"letter": letter, "incoming": form.incoming, "raw": form.raw, "at": now, "by": request.user}
        with refusals(form):
            kept = run_once(
                "letter_mail_add",
                request.POST.get("once", ""),
                lambda: {"code": take_mail(**given).code},
                now,
            )
            return redirect("letter_mail", matter=letter.matter.code, code=kept["code"])
    words = {
        "form": form, "title": _("Add a saved mail"), "button": _("Add"),
        "lead": _("Only those who lead this matter can read it. Nothing of it becomes public by itself."),
    }  # fmt: skip
    return shown(request, letter, "matters/letter_step.html", words)


@can("lead", InMail, select=MAIL)
@of_matter
def letter_mail(request: HttpRequest, mail: InMail) -> HttpResponse:
    opened, letter = Opened(mail), mail.letter
    words = {
        "mail": mail, "opened": opened, "can_enter": letter.stage in WAITING,
        "in_directory": mail.is_confirmed and is_directory_address(letter, opened, legal_day(timezone.now())),
    }  # fmt: skip
    return shown(request, letter, "matters/letter_mail.html", words)


@can("lead", InMail, select=MAIL)
@of_matter
def letter_mail_file(request: HttpRequest, mail: InMail, number: int) -> HttpResponse:
    """An attachment, as it came: always a download, its type from its bytes alone."""
    files = Opened(mail).attachments
    if not 1 <= number <= len(files):
        raise Http404
    one = files[number - 1]
    response = HttpResponse(one.data, content_type=TYPES.get(sniff(one.data), "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(True, one.name or f"{mail.code}-{number}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


@can("lead", InMail, select=MAIL)
@of_matter
def letter_mail_raw(request: HttpRequest, mail: InMail) -> HttpResponse:
    return file_response(mail.file, f"icma-{mail.code}")


@require_POST
@can("lead", InMail, select=MAIL)
@of_matter
def letter_mail_aside(request: HttpRequest, mail: InMail) -> HttpResponse:
    now = timezone.now()

    def do() -> dict[str, str]:
        put_aside(mail=mail, at=now, by=request.user)
        return {}

    try:
        run_once("letter_mail_aside", request.POST.get("once", ""), do, now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("letter", matter=mail.letter.matter.code, code=mail.letter.code)
