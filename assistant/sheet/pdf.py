"""HTML as PDF. The only file that knows WeasyPrint, which is loaded when it is needed: it takes its time."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from assistant.errors import PdfLibraryError

MM_PER_PX = 25.4 / 96
DEBIAN_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A text that has been set. ``tops_mm``: for every page, how far down each part with an id begins, by that id."""

    tops_mm: tuple[Mapping[str, float], ...]
    as_pdf: Callable[[], bytes]

    @property
    def pages(self) -> int:
        """How many it takes."""
        return len(self.tops_mm)


def lay_out(html: str) -> LaidOut:
    """Set a text. Nothing is fetched for it, from the network or the disk: what would need that is a ValueError.

    Raises `PdfLibraryError`.
    """
    weasyprint = _library()
    try:
        document = weasyprint.HTML(string=html, url_fetcher=_fetches_nothing(weasyprint)).render()
    except weasyprint.urls.FatalURLFetchingError:  # no Exception: it would get past everybody who tells of errors
        raise ValueError("a sheet refers to something outside of itself") from None
    tops = tuple({name: corner[1] * MM_PER_PX for name, corner in page.anchors.items()} for page in document.pages)
    # No date and no chance in it: the same settings give the same file.
    return LaidOut(tops_mm=tops, as_pdf=lambda: document.write_pdf(pdf_identifier=b"breather", pdf_tags=True))


def _library() -> Any:
    try:
        # What is missing is told with a banner on standard output, and what will be needed one day with a warning.
        with redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint  # noqa: PLC0415
            import weasyprint.urls  # noqa: PLC0415
    except (OSError, ImportError):
        raise PdfLibraryError(
            "The pages were written as HTML only, because a library for PDF files is missing",
            remedy=f"Print the HTML files from a browser, or install it: sudo apt-get install {DEBIAN_PACKAGES}",
        ) from None
    return weasyprint


def _fetches_nothing(weasyprint: Any) -> Any:
    class Nothing(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            raise ValueError("nothing is fetched for a sheet")

    return Nothing(fail_on_errors=True)
