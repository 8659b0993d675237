"""Why a table may not go out, why it became coarser, and how it was protected: in words."""

from django.utils.translation import gettext as _

from icma.core.words import num, percent
from icma.research.body import Body


def refusal(why: str) -> str:
    return {
        "everything": _(
            "Every number of this table would have to be withheld: too few people are counted. Choose fewer columns, "
            "or wait until a quarter has more."
        ),
        "total": _(
            "An earlier release of this quarter differs from this table by fewer than five people: whoever holds both "
            "would know whom. The earlier one stays."
        ),
        "half": _(
            "Beside an earlier release of this quarter more than half of this table would have to be withheld, or the "
            "difference would show single people. The earlier one stays."
        ),
        "beside": _(
            "Together with what is published already this table would give small numbers away. Choose fewer columns."
        ),
    }.get(why, _("This table cannot be protected. Choose fewer columns."))


def coarser(why: str) -> str:
    return {
        "sparse": _("most cells of the full crossing hold fewer than five people"),
        "large": _("the full crossing has too many cells"),
        "slow": _("the full crossing could not be protected in time"),
        "everything": _("in the full crossing every number would have to be withheld"),
        "beside": _("the full crossing would give numbers of an earlier release away"),
        "half": _("beside an earlier release most of the full crossing would have to be withheld"),
        "total": _("beside an earlier release most of the full crossing would have to be withheld"),
    }.get(why, "")


def method_words(body: Body) -> list[str]:
    """The method note, a sentence a line."""
    method = body.data["method"]
    if body.data["kind"] == "record":
        return [_("Everything here is public record: anyone can list the rows, so nothing is withheld.")]
    said = [
        _("Numbers from one to four are withheld, and others beside them, so that none can be worked out."),
        _(
            "An attack by linear programming was run on the finished table together with every earlier release of the "
            "same figures: no small number is known more closely than five apart."
        ),
        _("Withheld of the numbers that are not zero: %(share)s.") % {"share": percent(method["share_withheld"])},
        _("No rate is shown where fewer than %(n)s people stand below the line.") % {"n": num(method["rate_least"])},
    ]  # fmt: skip
    if method["decision"] == "coarsened":
        why = coarser(method["coarser"])
        heads = {name: body.head(number) for number, name in enumerate(body.names)}
        left = "; ".join(" × ".join(heads[name] for name in names) for names in method["crossings"])
        said.insert(0, _("The table was made coarser before anything was withheld: %(why)s.") % {"why": why})
        said.insert(1, _("Counted by: %(columns)s.") % {"columns": left})
    if method["beside"]:
        codes = ", ".join(method["beside"])
        said.append(_("Protected together with the releases %(codes)s.") % {"codes": codes})
    return said
