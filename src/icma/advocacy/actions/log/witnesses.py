"""Partners sign a checkpoint with keys of their own: afterwards nobody can show another history to somebody else."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from icma.advocacy import keyring
from icma.advocacy.models import Checkpoint, Petition, Witness
from icma.advocacy.publishing import publish
from icma.core.action import Refused, action


@action
def cosign(*, petition: Petition, number: int, name: str, key: str, signature: str, at: datetime) -> Witness:
    """Keep a partner's signature over checkpoint `number`; key and signature in hex. Refused unless it is right."""
    checkpoint = Checkpoint.objects.filter(petition=petition, number=number).first()
    if checkpoint is None:
        raise Refused(_("There is no such checkpoint."))
    try:
        raw, sign = bytes.fromhex("".join(key.split())), bytes.fromhex("".join(signature.split()))
        VerifyKey(raw).verify(checkpoint.body.encode(), sign)
    except (CryptoError, ValueError, TypeError):
        raise Refused(_("This signature does not fit the checkpoint and the key.")) from None
    if raw == bytes(keyring.public_key()):
        raise Refused(_("This is our own key; a witness needs another."))
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Write who signed."))
    before = Witness.objects.filter(key=raw, checkpoint__petition=petition).first()
    if before is not None and before.name != name:
        raise Refused(_("This key belongs to another witness: %(name)s") % {"name": before.name})
    if Witness.objects.filter(checkpoint=checkpoint, key=raw).exists():
        raise Refused(_("This witness has signed this checkpoint already."))
    made = Witness.objects.create(checkpoint=checkpoint, name=name[:120], key=raw, signature=sign, at=at)
    transaction.on_commit(lambda: publish(petition))
    return made
