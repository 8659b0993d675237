"""Components: each renders in each state, escapes what it is given, and passes axe in light and dark."""

import os
import re
import shutil
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from icma.core import charts, fields, maps, parts, samples, threads, words
from icma.core.styles import FOLDER
from icma.core.templatetags.ui import at_signs

BAD = '<script>alert("x")</script>'
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")


def clean(html: str) -> str:
    """The text, after asserting that nothing of BAD and no style or handler got through."""
    assert "<script" not in html
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html)
    return re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(autouse=True)
def azerbaijani():
    with translation.override("az"):
        yield


class Form(forms.Form):
    name = forms.CharField(label=BAD, help_text=BAD)
    topic = forms.ChoiceField(label="Mövzu", choices=[("a", BAD), ("b", "İkinci")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[("a", BAD)], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField(label=BAD)
    on = forms.DateField(required=False)
    text = forms.CharField(widget=forms.Textarea, required=False)
    secret = forms.CharField(widget=forms.HiddenInput, initial=BAD)


# --- dates and numbers -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "long"), [("az", "13 mart 2026"), ("ru", "13 марта 2026"), ("en", "13 March 2026")]
)
def test_day_speaks_three_languages(language, long):
    with translation.override(language):
        html = words.day(date(2026, 3, 13))
    assert 'datetime="2026-03-13"' in html
    assert clean(html).strip() == long


def test_day_short_month_none_and_moments_in_baku():
    assert clean(words.day(date(2026, 3, 13), "short")).strip() == "13.03.2026"
    assert words.date_words(date(2026, 3, 13), "month") == "mart 2026"
    assert [words.quarter_words(name) for name in ("2026-Q3", "2025Q4", "2026-Q5")] == [
        "2026, III rüb",
        "2025, IV rüb",
        "2026-Q5",
    ]
    assert words.day(None) == ""
    late = datetime(2026, 3, 12, 21, 30, tzinfo=UTC)
    assert 'datetime="2026-03-13"' in words.day(late)


def test_numbers_percent_and_the_three_marks():
    assert words.num(1234567) == "1 234 567".replace(" ", words.NBSP)
    assert words.num(2.5) == "2,5"
    assert words.percent(0.43) == f"43{words.NBSP}%"
    assert [words.amount(v) for v in (0, None, words.WITHHELD)] == ["0", "məlumat yoxdur", "gizlədilib"]
    with translation.override("en"):
        assert (words.num(1234.5), words.percent(0.43)) == ("1,234.5", "43%")


# --- parts -----------------------------------------------------------------------------------------
def test_text_is_escaped_everywhere():
    link = {"url": BAD, "label": BAD, "count": 3, "current": True, "lang": BAD, "code": BAD}
    made = [
        parts.tag(BAD, BAD), parts.button(BAD, "main", BAD, BAD, BAD), parts.link_button(BAD, BAD),
        parts.heading(BAD, BAD, BAD, id=BAD), parts.card("", BAD, BAD, BAD, 2), parts.links([link]),
        parts.languages([link | {"current": False}]), parts.crumbs([link]), parts.chips([link], BAD),
        parts.path([BAD, BAD], 1), parts.empty(BAD, BAD, BAD, BAD),
        parts.pager({"prev": BAD, "next": BAD, "shown": BAD, "total": BAD}), parts.facts([(BAD, BAD)]),
        parts.copyable(BAD, BAD), parts.quick_exit(), parts.progress(1, 4, BAD),
        charts.bars([{"label": BAD, "value": BAD, "share": 0.5}], BAD, BAD),
        charts.columns([{"label": BAD, "value": 1}], BAD, BAD), charts.spark([1, 2], BAD),
        charts.figure_number(BAD, BAD, BAD), threads.late_mark(BAD), threads.certainty(BAD, BAD),
        threads.thread([dict.fromkeys(("title", "body", "meta", "on", "id"), BAD)]),
        threads.clock(dict.fromkeys(("label", "due_words", "explanation", "certainty_label"), BAD)),
        maps.district_map({"AZ-GOY": dict.fromkeys(("label", "url", "name"), BAD)}, BAD, {1: BAD}, BAD),
    ]  # fmt: skip
    for html in made:
        clean(html)


def test_late_has_a_shape_and_a_word():
    assert "<svg" in threads.late_mark() and "müddət keçib" in threads.late_mark()
    assert "<svg" in parts.tag("Gecikir", "late")
    assert "<svg" not in parts.tag("Sosial")


def test_own_language_is_no_link_and_others_name_themselves():
    html = parts.languages(
        [
            {"url": "/", "label": "Azərbaycanca", "code": "az", "current": True},
            {"url": "/ru/", "label": "Русский", "code": "ru"},
        ]
    )
    assert "Azərbaycanca" not in html and 'lang="ru"' in html


def test_pager_is_silent_on_a_single_page():
    assert parts.pager({"prev": None, "next": None}) == ""


# --- thread and clock ------------------------------------------------------------------------------
def test_thread_shows_each_knot_and_the_clock_inside():
    html = threads.thread(samples.steps())
    for state in threads.STATES:
        assert f'class="is-{state}"' in html
    assert html.count('aria-current="step"') == 1
    assert "14 aprel 2026" in clean(html)


def test_unknown_states_fall_back_instead_of_failing():
    assert "is-done" in threads.thread([{"title": "x", "state": "?"}])
    assert "is-running" in threads.clock({"state": "?"})


@pytest.mark.parametrize("view", samples.clocks(), ids=lambda v: f"{v['state']}-{v['total']}")
def test_clock_draws_its_days(view):
    html = threads.clock(view)
    clean(html)
    total = view["total"]
    if 0 < total <= threads.MOST_SQUARES:
        squares = re.search(r'<div class="days[^>]*>(.*?)</div>', html).group(1)
        over = max(view["used"] - total, 0)
        assert squares.count("<i") == total + over
        assert squares.count('class="o"') == over
        assert squares.count('class="t"') == (view["state"] in {"running", "provisional"})
    elif total:
        assert '<svg class="track"' in html
    assert ("müddət keçib" in html) == (view["state"] == "late")


def test_clock_says_both_readings_and_that_a_date_may_move():
    html = clean(threads.clock(samples.running(second_due=date(2026, 5, 6), provisional=True)))
    assert "6 may 2026" in html and "təxminən" in html and "dəyişə bilər" in html


# --- figures ---------------------------------------------------------------------------------------
def test_stat_names_n_and_interval():
    assert clean(charts.stat(9, 21, 0.24, 0.63)).strip() == "9 / 21 (43 %, interval 24–63 %)"
    assert clean(charts.stat(0, 0)).strip() == "məlumat yoxdur"


def test_bars_have_lengths_as_attributes_and_a_table():
    html = charts.bars(samples.ROWS)
    assert 'width="58"' in html and "<table>" in html
    assert "gizlədilib" in html and "məlumat yoxdur" in html
    assert 'width="100"' in charts.bars([{"label": "x", "share": 7}])


def test_columns_empty_and_with_a_gap():
    assert "məlumat yoxdur" in charts.columns([])
    assert charts.columns(samples.MONTHS).count("<rect") == 12
    assert "ən çox: 0" in charts.columns([{"label": "yaz", "value": 0}, {"label": "yay", "value": None}])
    below = charts.columns([{"label": "yaz", "value": -5}, {"label": "yay", "value": -10}])
    assert below.count('height="3"') == 2, "of two below nought the lower is not drawn as the higher"


def test_small_bar_of_steps():
    assert charts.progress_mini(3).count('class="d"') == 3
    assert 'class="t"' not in charts.progress_mini(6)
    assert charts.progress_mini(99, 6).count("<i") == 6


def test_map_draws_every_district_credits_and_leaves_karabakh_neutral():
    html = maps.district_map(
        {
            "AZ-GOY": {"level": 3, "label": "Göyçay", "url": "/yer/GOY/"},
            "AZ-AGM": {"level": 2, "label": "Ağdam"},
        }
    )
    assert html.count("<a href=") == 3  # the district, the credit, the table twin
    assert "OpenStreetMap contributors" in html and "<title>Göyçay</title>" in html
    assert "AZ-AGM" not in maps.outline()["paths"] and 'class="l2"' not in html
    assert "Ağdam" in html  # it stands in the table all the same


# --- forms -----------------------------------------------------------------------------------------
def test_fields_are_labelled_described_and_keep_what_was_typed():
    form = Form({"name": "", "topic": "b", "on": "32.13.2026", "text": BAD, "secret": BAD})
    html = fields.form_errors(form) + fields.form_fields(form)
    clean(html)
    assert 'href="#id_name"' in html and 'href="#id_topic"' not in html
    assert 'aria-describedby="id_name_help id_name_error"' in html and 'aria-invalid="true"' in html
    assert re.search(r'value="b"[^>]*checked', html)
    assert 'value="32.13.2026"' in html and "alert(" in html
    assert html.count("<legend>") == 2


def test_blank_date_uses_the_calendar_of_the_device():
    assert 'type="date"' in fields.field(Form()["on"])
    assert fields.form_errors(Form()) == ""


def test_every_id_that_a_field_names_exists():
    form = Form({})
    html = fields.form_fields(form)
    named = {i for group in re.findall(r'(?:aria-describedby|for)="([^"]+)"', html) for i in group.split()}
    assert named <= set(re.findall(r' id="([^"]+)"', html))


# --- pages -----------------------------------------------------------------------------------------
def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_tags_in_templates():
    assert re.search(r'name="once" value="[0-9a-f]{32}"', render("{% once %}"))
    assert "<details open>" in render("{% fold bad open=True %}{{ bad }}{% endfold %}", bad=BAD)
    html = render('{% card "#" bad note=bad %}{{ bad }}{% endcard %}', bad=BAD)
    html += render("{% panel bad %}{{ bad }}{% endpanel %}{% note bad bad %}{{ bad }}{% endnote %}", bad=BAD)
    html += render("{% scroll bad %}x{% endscroll %}", bad=BAD)
    clean(html)
    assert (
        render("{{ n|num }} {{ d|date_words:'short' }}", n=1204, d=date(2026, 3, 13))
        == f"1{words.NBSP}204 13.03.2026"
    )


def test_style_carries_the_nonce_of_the_request():
    html = render("{% styles %}", request=SimpleNamespace(csp_nonce="abc"))
    assert html.startswith('<style nonce="abc">') and html.endswith("</style>")


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503"])
def test_error_pages_stand_alone(name):
    html = render("{% include name %}", name=f"{name}.html")
    assert 'lang="az"' in html and 'href="/komek/"' in html
    assert html.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
def test_page_of_components(client, prefix):
    response = client.get(f"{prefix}/components/")
    html = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html)
    assert html.count("<style") == 2 and f'lang="{prefix[1:] or "az"}"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_light_and_dark(client, dark):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    html = client.get("/components/").content.decode().replace("<details", "<details open")
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (360, 1280):
            page = chromium.new_page(
                viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
            )
            page.set_content(html)
            found = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") == width
        chromium.close()


def test_the_page_of_components_shows_every_colour_that_there_is():
    css = (FOLDER / "tokens.css").read_text("utf-8")
    colours = set(re.findall(r"--(\w+): (?:#|light-dark)", css))
    assert {name for name, _says in samples.TOKENS} == colours


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_word_without_end_widens_no_page(client):
    from playwright.sync_api import sync_playwright

    html = client.get("/components/").content.decode().replace(samples.LONG, "Elektrikləşdirilmə" * 8)
    assert html.count("Elektrikləşdirilmə" * 8) > 4
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (320, 1280):
            page = chromium.new_page(viewport={"width": width, "height": 800})
            page.set_content(html)
            assert page.evaluate("document.documentElement.scrollWidth") == width
        chromium.close()


def test_an_address_breaks_behind_its_signs_and_stays_escaped():
    assert at_signs("su.goycay@numune.invalid") == "su.<wbr>goycay@<wbr>numune.<wbr>invalid"
    assert at_signs("<b>a.b") == "&lt;b&gt;a.<wbr>b"


def test_a_bar_without_an_n_has_a_dash_for_it_and_not_the_mark_of_what_nobody_counted() -> None:
    html = charts.bars(
        [{"label": "x", "value": "withheld"}, {"label": "y", "share": 0.4, "low": 0.3, "high": 0.5, "n": 50}]
    )
    assert "gizlədilib" in html and "məlumat yoxdur" not in html
