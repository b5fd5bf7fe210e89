"""What the simulation may refuse."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class CountryUnknown(Refusal):
    """Only countries with a checked gazetteer, clock and customs can be simulated."""

    code = "country_unknown"
    says = "There is no simulated day for {code!r}. Possible are: {possible}."
    status = 422


class SimulationTooLarge(Refusal):
    """The number of people is outside what one machine is asked to simulate."""

    code = "simulation_size"
    says = "{count} people cannot be simulated. Possible are {count_min} to {count_max}."
    status = 422


class ScenarioUnknown(Refusal):
    """Only documented surges are replayed."""

    code = "scenario_unknown"
    says = "There is no replay of {name!r}. Possible are: {possible}."
    status = 422


class CountryNowhere(Refusal):
    """GeoNames lists no such country, or none with towns."""

    code = "country_nowhere"
    says = (
        "No country {code!r} with towns is listed. Give its code of two letters (ISO 3166), such as PT or KR."
    )
    status = 422
