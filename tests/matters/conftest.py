"""Photos for the tests of matters."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def photo() -> Callable[..., SimpleUploadedFile]:
    """`photo()`: a small JPEG as a browser sends it; `data=` other bytes, `colour=` another picture."""

    def make(
        data: bytes | None = None, name: str = "photo.jpg", colour: str = "#8f2619"
    ) -> SimpleUploadedFile:
        if data is None:
            from PIL import Image

            out = io.BytesIO()
            Image.new("RGB", (320, 200), colour).save(out, "JPEG")
            data = out.getvalue()
        return SimpleUploadedFile(name, data, content_type="image/jpeg")

    return make
