"""The page of components."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from icma.core import samples
from icma.core.door import anyone
from icma.core.threads import clock


@anyone
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state; what one sees here is what the pages are made of."""
    content = {
        "trail": [{"url": "/", "label": "İcma"}, {"url": "#main", "label": "Göyçay"}],
        "way": ["səs", "icma", "iştirak", "müraciət", "cavab", "nəticə"],
        "seals": [("signed", "vəkil təsdiqləyib"), ("V", "vəkil təsdiqləməyib"), ("V2", "iki oxunuş var"),
                  ("M", "mənbə tam aydın deyil")],
        "long": samples.LONG,
        "steps": samples.steps(clock(samples.running())),
        "clocks": samples.clocks(),
        "trend": [4, 7, 6, 2, 9, 12, 11, 13, 14, 16, 10, 15],
        "rows": samples.ROWS,
        "short": samples.ROWS[:2],
        "months": samples.MONTHS,
        "map": samples.MAP,
        "key": {1: "1–2", 2: "3–8", 3: "9 +"},
        "pairs": [("Rayon", "Göyçay"), ("Qeydiyyat", "13.03.2026, № 118/26"), ("Kanal", "məktub")],
        "today": date(2026, 3, 12),
        "chips": [{"url": "#", "label": "Hamısı", "count": 64, "current": True}, {"url": "#", "label": "Ekologiya",
                  "count": 9}, {"url": "#", "label": "Gender", "count": "1 000+"}],
        "pages": {"prev": "#", "next": "#", "shown": "26–50", "total": "64"},
        **samples.forms_shown(),
    }  # fmt: skip
    return render(request, "core/components.html", content)
