"""75 units, 14 regions, villages that people add."""

import pytest

from icma.core.action import Refused
from icma.people.actions.places import add_village, load_places, rename_village
from icma.people.models import Change, Place

FOCUS = {"AZ-GA", "AZ-GOY", "AZ-KUR", "AZ-SAK", "AZ-IMI", "AZ-LAN", "AZ-AST", "AZ-SKR"}


@pytest.fixture
def loaded(db, at):
    load_places(at=at)


def test_the_country_has_14_regions_75_units_and_eight_towns_of_the_mission(loaded):
    assert Place.objects.filter(kind="region").count() == 14
    units = Place.objects.filter(kind="unit")
    assert units.count() == 75 and units.filter(is_city=True).count() == 8
    assert set(units.filter(is_focus=True).values_list("code", flat=True)) == FOCUS
    assert not units.filter(name_ru="").exists() and not units.filter(name_en="").exists()
    assert not units.filter(parent=None).exists()


def test_loading_again_changes_nothing(loaded, at):
    changes = Change.objects.count()
    assert load_places(at=at) == 0
    assert Change.objects.count() == changes


def test_twins_are_one_unit_under_the_code_of_the_district(loaded):
    assert Place.objects.filter(name_az="Şəki", kind="unit").get().code == "AZ-SAK"
    assert not Place.objects.filter(code__in=["AZ-SA", "AZ-LA", "AZ-YE"]).exists()
    assert "az-sa" in Place.objects.get(code="AZ-SAK").search_text.split()


def test_aghdara_has_a_code_of_its_own(loaded):
    assert Place.objects.get(name_az="Ağdərə").code == "AZ-x-AGD"


def test_the_order_is_azerbaijani(loaded):
    names = list(Place.objects.filter(kind="unit").values_list("name_az", flat=True))
    assert names.index("Cəlilabad") < names.index("Daşkəsən") < names.index("Füzuli") < names.index("Xaçmaz")
    assert names.index("Xaçmaz") < names.index("İmişli"), "X stands between H and İ"
    assert names.index("Samux") < names.index("Şamaxı")


@pytest.mark.parametrize("typed", ["gence", "GƏNCƏ", "Gəncə", "Гянджа", "ganja"])
def test_a_place_is_found_as_people_type_it(loaded, typed):
    from icma.engines.aztext import fold

    assert "AZ-GA" in Place.objects.filter(search_text__contains=fold(typed)).values_list("code", flat=True)


def test_a_coordinator_adds_a_village_to_a_district(loaded, cast_user, at):
    unit = Place.objects.get(code="AZ-AGS")
    first = add_village(unit=unit, name="  Nümunəkənd ", by=cast_user, at=at)
    second = add_village(unit=unit, name="Nümunə qəsəbəsi", by=cast_user, at=at)
    assert (first.code, first.name_az, second.code) == ("AZ-AGS-01", "Nümunəkənd", "AZ-AGS-02")
    assert Change.objects.filter(table="place", row="AZ-AGS-01", by=cast_user).count() == 1


@pytest.mark.parametrize("name", ["", " ", "A", "N" * 81, "NUMUNƏKƏND", "nümunəkənd"])
def test_a_village_without_a_name_or_twice_is_refused(loaded, cast_user, at, name):
    unit = Place.objects.get(code="AZ-AGS")
    add_village(unit=unit, name="Nümunəkənd", by=cast_user, at=at)
    with pytest.raises(Refused):
        add_village(unit=unit, name=name, by=cast_user, at=at)


def test_zero_width_and_right_to_left_characters_do_not_make_a_second_village(loaded, cast_user, at):
    unit = Place.objects.get(code="AZ-AGS")
    add_village(unit=unit, name="Nümunəkənd", by=cast_user, at=at)
    with pytest.raises(Refused):
        add_village(unit=unit, name="Nümunə\u200bkənd\u202e", by=cast_user, at=at)


def test_only_a_village_is_renamed(loaded, cast_user, at):
    unit = Place.objects.get(code="AZ-AGS")
    village = add_village(unit=unit, name="Nümunəkend", by=cast_user, at=at)
    rename_village(village=village, name="Nümunəkənd", by=cast_user, at=at)
    assert Place.objects.get(code=village.code).name_az == "Nümunəkənd"
    with pytest.raises(Refused):
        rename_village(village=unit, name="Başqa", by=cast_user, at=at)
    with pytest.raises(Refused):
        add_village(unit=village, name="Daha biri", by=cast_user, at=at)


@pytest.fixture
def cast_user(db):
    from icma.people.models import User

    return User.objects.create_user("biri@numune.invalid")
