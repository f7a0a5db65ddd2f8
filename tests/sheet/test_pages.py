"""The sheets as HTML and as PDF: they fit, they hold what they were given, and they need nothing from anywhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

import pypdfium2
import pytest
from sheet_settings import FULL, LONGEST, settings

from assistant.errors import PdfLibraryError
from assistant.sheet.content import pause_rule, private_page
from assistant.sheet.fitting import fitted, guessed
from assistant.sheet.pages import Paper, Sheet, Size
from assistant.sheet.pdf import LaidOut, lay_out

ODD_NAMES = ["O'Brien", "Zoë-Łucja"]


def fridge(agreed: Mapping[str, Any], paper: Paper = Paper.A4) -> Sheet:
    return Sheet(content=pause_rule(settings(**agreed)), language="en", paper=paper)


def private(agreed: Mapping[str, Any], paper: Paper = Paper.A4) -> Sheet:
    return Sheet(content=private_page(settings(**agreed), who=0), language="en", paper=paper)


def read(done: LaidOut) -> list[str]:
    """The text of every page, as somebody would copy it."""
    document = pypdfium2.PdfDocument(done.as_pdf())
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return pages


def test_a_short_agreement_fills_its_page_from_top_to_bottom() -> None:
    sheet = fridge({})
    size, done = fitted(sheet)
    assert done.pages == 1
    assert size.points >= 10
    assert sheet.bottom_mm - 20 < done.tops_mm[0]["end-1"] <= sheet.bottom_mm


def test_a_full_agreement_gets_smaller_type_and_all_of_it_is_there() -> None:
    plans = [FULL["trigger_plans"][0] | {"when": f"a reply comes late, {often} time"} for often in ("one", "last")] * 4
    size, done = fitted(fridge({**FULL, "names": ODD_NAMES, "trigger_plans": plans}))
    assert 8 <= size.points < 11
    (page,) = read(done)
    for words in (
        "O'Brien & Zoë-Łucja",
        "Time out",
        "the bedroom",
        "near the children",
        "same side",
        "late, last time",
    ):
        assert words in page
    assert "call 112." in page


def test_the_longest_agreement_stays_on_one_page_and_its_words_stay_large() -> None:
    sheet = fridge(LONGEST, Paper.LETTER)  # the shorter of the two papers
    size, done = fitted(sheet, at_most=6.6)
    assert done.pages == 1
    assert size.points >= 6
    assert "font-size: 13.5pt" in sheet.html(size)


def test_a_private_page_has_an_outside_and_an_inside() -> None:
    _, done = fitted(private({**FULL, "names": ODD_NAMES}))
    outside, inside = read(done)
    assert "Breathing exercises" in outside
    assert "afraid" not in outside
    assert "Who this is not for".casefold() in inside.casefold()
    assert "please do not use it together" in inside
    assert "Zoë" not in outside + inside


def test_a_page_of_any_paper_is_as_large_as_the_paper() -> None:
    done = lay_out(fridge({}, Paper.LETTER).html(Size(8, (4,))))
    document = pypdfium2.PdfDocument(done.as_pdf())
    assert document[0].get_size() == pytest.approx((612, 792), abs=0.5)


def test_the_same_settings_give_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where HarfBuzz's library for it is missing, fontTools cuts the fonts to size, and dates them.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    html = fridge({}).html(Size(10, (4,)))
    first = lay_out(html).as_pdf()
    assert first == lay_out(html).as_pdf()
    assert b"CreationDate" not in first


def test_what_a_browser_prints_is_set_small_enough_as_well() -> None:
    sheet = fridge(LONGEST)
    assert lay_out(sheet.html(guessed(sheet))).pages == 1


def test_what_somebody_wrote_is_text_and_nothing_else() -> None:
    # No such thing gets through the settings today; the pages do not rely on that.
    shipped = settings(**FULL)
    plans = [plan.model_copy(update={"say": "<script>x</script> & <b>"}) for plan in shipped.agreement.trigger_plans]
    names = ("O'Brien & <b>", "<img src=file:///etc/passwd>")
    agreement = shipped.agreement.model_copy(update={"names": names, "trigger_plans": tuple(plans)})
    odd = type(shipped)(**{**{field: getattr(shipped, field) for field in shipped.__slots__}, "agreement": agreement})
    html = Sheet(content=pause_rule(odd), language="en", paper=Paper.A4).html(Size(10, (4,)))
    assert "O&#39;Brien &amp; &lt;b&gt;" in html
    assert not re.search(r"<(script|img|b>)", html.replace('<b class="serif">', ""))
    assert "<b" in " ".join(read(lay_out(html)))


@pytest.mark.parametrize("sheet", [fridge, private])
def test_a_page_refers_to_nothing_outside_of_itself(sheet: Any) -> None:
    html = sheet(FULL).html(Size(10, (4, 4)))
    assert not re.search(
        r"https?:|file:|url\(|@import|@font-face|<(img|script|link|iframe|object)\b| src=| href=", html
    )


@pytest.mark.parametrize("address", ["https://example.org/a.png", "file:///etc/hostname", "data:image/png;base64,AA"])
def test_nothing_is_fetched_for_a_page(address: str) -> None:
    with pytest.raises(ValueError, match="outside of itself"):
        lay_out(f'<img src="{address}">')


@pytest.mark.parametrize("trouble", [OSError("cannot load library"), ImportError("no such package")])
def test_a_missing_library_is_told_in_a_sentence(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "weasyprint":
                sys.stdout.write("a banner of fifteen lines")
                raise trouble

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(PdfLibraryError, match="sudo apt-get install libpango") as caught:
        lay_out("<p>x</p>")
    assert caught.value.exit_code == 56
    assert capsys.readouterr().out == ""
