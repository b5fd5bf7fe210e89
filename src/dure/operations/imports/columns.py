"""The columns of the four tables; docs/reference/imports.md says the same, held by a test."""

from __future__ import annotations

from typing import Final

from dure.operations.imports.types import Column

_ID = "Your own id of the row, never used for another one; with it a row can't be imported twice"
_LAT = "Degrees north (WGS 84), with a dot; together with lon"
_LON = "Degrees east (WGS 84), with a dot; together with lat"
_TOWN = 'Code of the town, its name, or "Name, Region" where the name alone is not enough'

PEOPLE: Final = (
    Column("id", f"{_ID}; without it the row's own facts are its id", "p-0001"),
    Column("given_name", "Given name, as the captain will call it; no family name", "Jiho", required=True),
    Column("birth_year", "Year of birth, four digits", "1988", required=True),
    Column("town", f"Home town. {_TOWN}", "Suwon, Gyeonggi", required=True),
    Column("lat", f"{_LAT}; rounded to 0.01, and the town's centre when empty", "37.27"),
    Column("lon", f"{_LON}; rounded to 0.01, and the town's centre when empty", "127.01"),
    Column("travel_limit_km", "How far they will travel, straight line, 0 to 300; 20 when empty", "15"),
    Column(
        "email",
        "E-mail address; stored encrypted. Nobody is without an e-mail address or a phone",
        "jiho@example.org",
    ),
    Column(
        "phone",
        "Mobile number, with its country (+82 …) or as it is dialled in the town's country; stored encrypted",
        "+82 10 2345 6789",
    ),
    Column("language", "Code of the language they are written to in (ISO 639); en when empty", "ko"),
    Column("guardian_email", "E-mail address of a parent or guardian; required under 18", ""),
    Column("guardian_agreed", "Day on which the guardian agreed on paper", ""),
    Column("languages", "Language codes (ISO 639), several separated by ;", "ko;en"),
    Column(
        "skills",
        "Skills, several separated by ; and each with its evidence after a colon and an optional last good "
        "day (code: evidence until DATE); a skill without evidence is kept and counts once it is shown",
        "first-aid: card 77 until 2028-03-31;cooking",
    ),
    Column("refuses", "Causes they don't want to work for, several separated by ;", "office"),
    Column("prefers", "Causes they would like to work for, several separated by ;", "harvest"),
    Column(
        "free_from",
        "When their free hours begin: a time on the day of --day, or a date with a time, several separated by ;; "
        "empty: no hours offered yet",
        "2027-10-04 08:00",
    ),
    Column("free_to", "When their free hours end, as many as in free_from", "2027-10-04 17:00"),
    Column(
        "cover",
        "Evidence that they are insured, with an optional last good day (text until DATE); empty: not placeable",
        "group policy 12 until 2027-12-31",
    ),
    Column(
        "briefing", "Evidence that they were briefed, as in cover; empty: not placeable", "briefed 2026-09-28"
    ),
    Column("clearance", "Evidence of clearance to work with children, as in cover", ""),
    Column(
        "consent", "yes: they agreed to be registered and placed; nobody is without it", "yes", required=True
    ),
    Column("messages", "yes: they agreed to be written to; no when empty", "yes"),
    Column(
        "physical_max", "Hardest work they can do: 0 seated, 1 light, 2 moderate, 3 heavy; 2 when empty", "2"
    ),
    Column("long_shift", "yes: they wish for shifts of 8 to 10 hours; no when empty", "no"),
    Column(
        "shifts_max",
        "For how many shifts a day they wish at most, 1 to 3, together no longer than one may be; 1 when empty",
        "1",
    ),
    Column(
        "group",
        "The same word for people of this file who wish to be placed together or not at all; each of them agreed to it",
        "",
    ),
)

NEEDS: Final = (
    Column("id", f"{_ID}; without it the row's own facts are its id", "n-0001"),
    Column("campaign", "Short name (slug) of the campaign", "harvest-2026", required=True),
    Column(
        "team",
        "Team that does the work; formed when the town has none of that name",
        "Fields 1",
        required=True,
    ),
    Column("town", f"Town of the work. {_TOWN}", "Suwon, Gyeonggi", required=True),
    Column("title", "What is to be done, up to 160 letters", "Bring in the rice", required=True),
    Column("day", "Day on which the shift starts, by the campaign's clock", "2027-10-04", required=True),
    Column("starts", "Time at which the shift starts", "08:00", required=True),
    Column(
        "ends",
        "Time at which it ends, at most 10 hours later; earlier than starts: the next day",
        "12:30",
        required=True,
    ),
    Column("seats", "How many people are needed, 1 to 10,000", "6", required=True),
    Column("tier", "How much hangs on it: 1 critical, 2 important, 3 useful", "2", required=True),
    Column("cause", "Cause it serves, one word", "harvest", required=True),
    Column("skills", "Skills every person there must have, several separated by ;", ""),
    Column("languages", "Language codes every person there must speak, several separated by ;", ""),
    Column("min_age", "Least age, 0 to 99; 0 when empty", "16"),
    Column("hazardous", "yes: adults only; no when empty", "no"),
    Column("night", "yes: adults only; no when empty", "no"),
    Column("lone", "yes: alone at the post, adults only; no when empty", "no"),
    Column("with_children", "yes: clearance is asked for; no when empty", "no"),
    Column("physical", "How hard: 0 seated, 1 light, 2 moderate, 3 heavy; 1 when empty", "2"),
    Column("bring", "What to bring, up to 200 letters", "gloves, water"),
    Column(
        "least_crew",
        "With fewer people the shift does not take place, at most the seats; any number when empty",
        "",
    ),
    Column(
        "lead",
        "Id of the need whose people lead this one (nurses, say): higher up in this file or imported before, same "
        "campaign and day, at the same time; nobody leads when empty",
        "",
    ),
    Column("people_per_lead", "For how many people here one of those leads is enough; goes with lead", ""),
    Column("lat", f"{_LAT}; the town's centre when empty", ""),
    Column("lon", f"{_LON}; the town's centre when empty", ""),
)

WORK: Final = (
    Column("id", f"{_ID}; without it the row's facts and its place among equal rows are its id", "w-0001"),
    Column("campaign", "Short name (slug) of the campaign", "harvest-2026", required=True),
    Column("day", "Day on which the work was done, by the campaign's clock", "2026-11-02", required=True),
    Column("team", "Team that did it, by its name", "Fields 1", required=True),
    Column("town", f"Town of the team, where two teams have the same name. {_TOWN}", ""),
    Column(
        "indicator",
        "Code of what is counted (hours, output or saving), from the campaign file",
        "harvest",
        required=True,
    ),
    Column(
        "kind",
        "help (done for another team); empty: what the indicator counts",
        "",
    ),
    Column(
        "quantity",
        "How much, in the indicator's unit, above 0, at most three decimals",
        "240.5",
        required=True,
    ),
    Column("unit", "Unit of the quantity, to be sure: it must be the indicator's own; empty: it is", ""),
    Column("person", "Id of the person in your people file; empty: the team as a whole", ""),
    Column("post", "Id of the post in your needs file", ""),
    Column("note", "A remark, up to 500 bytes; it stays for good, so it must name nobody", ""),
)

PLACES: Final = (
    Column("country", "Code of the country, two letters (ISO 3166)", "PT", required=True),
    Column("country_name", "Its name, where the code is no code of ISO 3166", ""),
    Column(
        "region",
        "What the place lies in (a region, a county), by one name throughout; formed when it isn't there; empty: the "
        "whole country",
        "Alentejo",
    ),
    Column(
        "code",
        "Your own code of the place, unique in the country: letters (a to z), digits, hyphens; empty: known by its "
        "name and region",
        "0705",
    ),
    Column("name", "Name of the town, district or village, in Latin letters", "Évora", required=True),
    Column("name_local", "Its name in the local script, where that is another", ""),
    Column("lat", "Degrees north (WGS 84), with a dot", "38.5714", required=True),
    Column("lon", "Degrees east (WGS 84), with a dot", "-7.9135", required=True),
    Column("population", "How many people live there; unknown when empty", "53591"),
)

TABLES: Final = {"people": PEOPLE, "needs": NEEDS, "work": WORK, "places": PLACES}
