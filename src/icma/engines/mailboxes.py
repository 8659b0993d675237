"""Hosts under which one provider delivers the same name to the same mailbox, and signs that it ignores in the name.

Only what the provider itself says; whatever is missing counts a person twice, whatever is wrong joins two people:
- Google: googlemail.com is gmail.com, dots do not matter (support.google.com/mail/answer/10313, /answer/7436150).
- Yandex: "addresses using your username on all Yandex domains are linked to you when you register"
  (yandex.com/support/id/authorization/email.html; the mailbox's aliases: yandex.com/support/domain/additional/
  mailbox-alias.xml); a dot in the name is the same as a hyphen (habr.com/ru/company/yandex/blog/56866). Hosts: those that
  take mail and that people here and in the neighbourhood have.
- Proton: one username for all its own hosts (proton.me/support/addresses-and-aliases); ". _ -" are treated as
  transparent, and no other account can take such a variation (proton.me/support/change-username).
- Apple: icloud.com, me.com and mac.com of one account (support.apple.com/118230); dots matter.
Mail.ru's hosts (mail.ru, bk.ru, list.ru…) are not here: there each is somebody else's.
"""

from typing import Any

HYPHEN = str.maketrans(".", "-")
NO_DOTS = str.maketrans("", "", ".")
NO_SIGNS = str.maketrans("", "", "._-")
_PROVIDERS: tuple[tuple[str, str, dict[int, Any]], ...] = (
    ("gmail.com", "googlemail.com", NO_DOTS),
    (
        "yandex.ru",
        "ya.ru yandex.az yandex.by yandex.com yandex.com.tr yandex.kz yandex.ua yandex.uz narod.ru",
        HYPHEN,
    ),
    ("proton.me", "protonmail.com protonmail.ch pm.me", NO_SIGNS),
    ("icloud.com", "me.com mac.com", {}),
)
SAME = {
    host: (main, signs) for main, others, signs in _PROVIDERS for host in (main, *others.split())
}  # host: its provider's first host, and what becomes of signs in the name


def one_form(name: str, host: str) -> tuple[str, str]:
    """(name, host) as its provider delivers it. Both without case, the name without +tag."""
    found = SAME.get(host)
    return (name.translate(found[1]), found[0]) if found else (name, host)
