"""Invented content for the page of components: every component in every state, long words too."""

from datetime import date
from typing import Any

from django import forms

from icma.core.threads import clock
from icma.core.words import WITHHELD

LONG = "Məktəbəqədər təhsil müəssisələrinin elektrikləşdirilməməsindən narahatlıq"
WHY = [
    "13.03 sayılmır. 16–19 mart: 4 iş günü.",
    "20–30 mart: qeyri-iş günləri (Novruz, Ramazan).",
    "31 mart – 14 aprel: 11 iş günü. Cəmi 15.",
]


def running(**changes: Any) -> dict[str, Any]:
    """A clock in the middle of its term; `changes` make the other states of it."""
    return {
        "label": "Cavab üçün son gün",
        "due": date(2026, 4, 14),
        "due_words": "",
        "total": 15,
        "used": 11,
        "left": 4,
        "unit_label": "iş günü",
        "state": "running",
        "explanation": WHY,
        "certainty": "V",
        "certainty_label": "vəkil təsdiqləməyib",
    } | changes


def clocks() -> list[dict[str, Any]]:
    signed = {"certainty": "signed", "certainty_label": "vəkil təsdiqləyib"}
    return [
        running(),
        running(state="late", used=19, left=0, **signed),
        running(
            state="waiting",
            due=None,
            due_words="Qeydiyyat gözlənilir",
            total=0,
            explanation="",
            certainty_label="",
        ),
        running(state="answered", used=9, left=6, due_words="Cavab 6 aprel tarixində gəlib", **signed),
        running(state="paused", used=6, left=9, due_words="Sənəd tələb olunub, müddət dayanıb"),
        running(
            state="provisional",
            provisional=True,
            due=date(2027, 3, 30),
            certainty="M",
            certainty_label="mənbə tam aydın deyil",
        ),
        running(
            total=30,
            used=3,
            left=27,
            second_due=date(2026, 5, 6),
            certainty="V2",
            certainty_label="iki cür şərh var",
        ),
        running(
            label="Məhkəməyə müraciət üçün son gün", total=180, used=64, left=116, unit_label="təqvim günü"
        ),
    ]


# A thread with each kind of knot.
STEPS: list[dict[str, Any]] = [
    {
        "state": "done",
        "on": date(2026, 2, 4),
        "title": "Məsələ qaldırıldı",
        "body": "Onlayn · ad göstərilmir. 41 nəfər “mənə də aiddir” dedi.",
    },
    {
        "state": "gone",
        "on": date(2026, 2, 6),
        "title": "Bu addım silinib",
        "meta": "Səbəb: üçüncü şəxsin adı · moderator qaydası 4",
    },
    {
        "state": "done",
        "on": date(2026, 2, 9),
        "title": "Göyçay icması öz üzərinə götürdü",
        "body": "Görüş: 23 iştirakçı, 14 qadın, 9 gənc.",
    },
    {"state": "late", "on": date(2026, 2, 10), "title": LONG, "meta": "Qeydiyyat 11.02.2026, № 92/26"},
    {
        "state": "done",
        "on": date(2026, 3, 12),
        "title": "Müraciət göndərildi: ərizə",
        "html": None,
        "body": "Qeydiyyat 13.03.2026, № 118/26. Əsas: “Vətəndaşların müraciətləri haqqında” "
        "Qanun, maddə 10.1.",
    },
    {
        "state": "now",
        "on": date(2026, 4, 8),
        "title": "Cavab gözlənilir",
        "body": "Qurum xətti yoxlayır.",
    },
    {
        "state": "next",
        "on": "Başlayır: 15 aprel 2026",
        "title": "Cavab olmasa: nə etmək olar",
        "body": "Yuxarı quruma şikayət · Ombudsman · pulsuz hüquqi yardım. Mətn hazırdır.",
    },
    {"state": "next", "title": "Nəticə"},
]


def steps() -> list[dict[str, Any]]:
    """STEPS with the clock drawn in the language of the page."""
    card = clock(running())
    return [step | {"html": card} if "html" in step else step for step in STEPS]


ROWS = [
    {"label": "Qadın", "share": 0.58, "n": 187, "low": 0.51, "high": 0.65},
    {"label": "14–29 yaş", "share": 0.31, "n": 187, "low": 0.25, "high": 0.38},
    {"label": "Əlilliyi olan şəxs", "value": WITHHELD},
    {"label": LONG, "share": 0.04, "n": 187, "low": 0.02, "high": 0.08},
    {"label": "Göstərilməyib", "value": None},
]
MONTHS = [
    {"label": label, "value": value, "now": label == "aprel 2026"}
    for label, value in zip(
        (
            "may 2025",
            "iyun",
            "iyul",
            "avqust",
            "sentyabr",
            "oktyabr",
            "noyabr",
            "dekabr",
            "yanvar",
            "fevral",
            "mart",
            "aprel 2026",
        ),
        (4, 7, 6, 2, 9, 12, 11, None, 14, 16, 10, 5),
        strict=True,
    )
]
MAP = {
    code: {
        "level": level,
        "label": f"{name}: {value} məsələ",
        "name": name,
        "value": value,
        "url": f"#{code}",
    }
    for code, name, level, value in (
        ("AZ-GOY", "Göyçay", 3, 12),
        ("AZ-SAK", "Şəki", 3, 11),
        ("AZ-SKR", "Şəmkir", 3, 9),
        ("AZ-KUR", "Kürdəmir", 2, 7),
        ("AZ-IMI", "İmişli", 2, 6),
        ("AZ-LAN", "Lənkəran", 3, 10),
        ("AZ-AST", "Astara", 2, 5),
        ("AZ-GA", "Gəncə", 2, 6),
        ("AZ-ZAQ", "Zaqatala", 1, 2),
        ("AZ-BAR", "Bərdə", 1, 1),
        ("AZ-SAL", "Salyan", 1, 1),
        ("AZ-MAS", "Masallı", 1, 2),
    )
}


class Sample(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Nə baş verir?", help_text="Bir cümlə ilə.", max_length=120)
    text = forms.CharField(label="Təfərrüat", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    topic = forms.ChoiceField(
        label="Mövzu",
        widget=forms.RadioSelect,
        choices=[("social", "Sosial"), ("infra", "İnfrastruktur: su, yol, işıq"), ("long", LONG)],
    )
    place = forms.ChoiceField(
        label="Rayon və ya şəhər", choices=[("", "—"), ("AZ-GOY", "Göyçay"), ("AZ-SAK", "Şəki")]
    )
    on = forms.DateField(label="Nə vaxtdan?", widget=forms.DateInput, required=False)
    photo = forms.FileField(
        label="Fotoşəkil",
        required=False,
        help_text="Üz, ad və ev nömrəsi görünməsin.",
        widget=forms.FileInput(attrs={"accept": "image/*", "data-shrink": ""}),
    )
    agree = forms.BooleanField(label="İcma qaydaları ilə razıyam")


def forms_shown() -> dict[str, forms.Form]:
    wrong = Sample({"title": "", "text": LONG, "topic": "infra", "on": "32.13.2026"}, auto_id="wrong_%s")
    wrong.is_valid()
    return {"blank": Sample(), "wrong": wrong}


# Every colour of tokens.css, by what it says; the same list is held against the file by a test.
TOKENS = (
    ("wool", "yer: boyanmamış yun"), ("paper", "kart və forma"), ("sand", "xəritə və boş hissə"),
    ("line", "nazik xətt"), ("edge", "sahənin kənarı"), ("ink", "mətn"), ("soft", "ikinci dərəcəli mətn"),
    ("madder", "əsas rəng: boyaqotu"), ("onmadder", "onun üstündə mətn"), ("red", "gecikmə, səhv"),
    ("blush", "gecikmənin yeri"), ("indigo", "keçid və rəqəm"), ("sky", "məlumatın yeri"), ("saffron", "indi"),
    ("amber", "indi, mətn"), ("honey", "indinin yeri"), ("moss", "oldu"), ("leaf", "olanın yeri"),
)  # fmt: skip


def page() -> dict[str, Any]:
    """The context of core/components.html."""
    return {
        "trail": [{"url": "/", "label": "İcma"}, {"url": "#main", "label": "Göyçay"}],
        "way": ["səs", "icma", "iştirak", "müraciət", "cavab", "nəticə"],
        "seals": [
            ("signed", "vəkil təsdiqləyib"),
            ("V", "vəkil təsdiqləməyib"),
            ("V2", "iki cür şərh var"),
            ("M", "mənbə tam aydın deyil"),
        ],
        "long": LONG,
        "tokens": TOKENS,
        "steps": steps(),
        "clocks": clocks(),
        "trend": [4, 7, 6, 2, 9, 12, 11, 13, 14, 16, 10, 15],
        "rows": ROWS,
        "short": ROWS[:2],
        "months": MONTHS,
        "map": MAP,
        "key": {1: "1–2", 2: "3–8", 3: "9 +"},
        "pairs": [("Rayon", "Göyçay"), ("Qeydiyyat", "13.03.2026, № 118/26"), ("Kanal", "məktub")],
        "today": date(2026, 3, 12),
        "chips": [
            {"url": "#", "label": "Hamısı", "count": 64, "current": True},
            {"url": "#", "label": "Ekologiya", "count": 9},
            {"url": "#", "label": "Gender", "count": "1 000+"},
        ],
        "pages": {"prev": "#", "next": "#", "shown": "26–50", "total": "64"},
        **forms_shown(),
    }
