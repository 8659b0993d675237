"""What every page needs: navigation, languages, whether this is the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"is_demo": settings.IS_DEMO, "nav": [], "languages": [], "union_name": settings.UNION_NAME}
