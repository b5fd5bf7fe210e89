"""The posts of a day on the desk: chosen together, called off, or moved in time; each may be undone for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base import commands
from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.ids import client_id
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import bulk as needs_bulk
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import bulk, undo
from dure.operations.bulk import Done
from dure.operations.two_persons import Asked
from dure.web.clock import now
from dure.web.commands import command_id
from dure.web.components import Pages
from dure.web.days import shown_day
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of

SHOWN_MAX: Final = 100
MINUTES: Final = (-120, -60, -30, 30, 60, 120, 180)


class ListForm(forms.Form):
    """Which posts of the day are shown."""

    q = forms.CharField(
        label=_("In the title"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    tier = forms.TypedChoiceField(
        label=_("How critical"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("all")), (1, _("critical")), (2, _("important")), (3, _("useful"))],
        widget=forms.Select(attrs={"class": "short"}),
    )
    show = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[("", _("all")), ("open", _("with a free seat")), ("off", _("called off"))],
        widget=forms.Select(attrs={"class": "short"}),
    )


class BulkForm(forms.Form):
    """What is done to the posts that were chosen."""

    act = forms.ChoiceField(choices=[("call-off", "call-off"), ("shift", "shift")])
    posts = forms.TypedMultipleChoiceField(coerce=int)
    minutes = forms.TypedChoiceField(
        label=_("Begin and end"),
        coerce=int,
        required=False,
        empty_value=None,
        initial=60,
        widget=forms.Select(attrs={"class": "short"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["minutes"].choices = [(n, _minutes_words(n)) for n in MINUTES]  # type: ignore[attr-defined]  # a choice field
        if data is not None:
            # Whatever is chosen is asked for by its id where it is fetched: ids of others look like none.
            chosen = [
                one for one in data.getlist("posts") if one.isascii() and one.isdigit() and len(one) < 19
            ]
            self.fields["posts"].choices = [(one, one) for one in chosen]  # type: ignore[attr-defined]  # a choice field


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with the names around it."""

    post: PostFacts
    area: AreaFacts
    team: TeamFacts


def _minutes_words(minutes: int) -> str:
    size = abs(minutes)
    if size % 60:
        words = gettext("%(n)s minutes") % {"n": size}
    else:
        words = ngettext("%(n)s hour", "%(n)s hours", size // 60) % {"n": size // 60}
    later, earlier = gettext("%(time)s later"), gettext("%(time)s earlier")
    return (later if minutes > 0 else earlier) % {"time": words}


def rows_of(posts: list[PostFacts]) -> list[PostRow]:
    """Posts with their places and teams: two queries, however many."""
    areas = places.areas({one.area_id for one in posts})
    teams = people.teams({one.team_id for one in posts})
    return [PostRow(one, areas[one.area_id], teams[one.team_id]) for one in posts]


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_posts(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    day = shown_day(request, campaign)
    if request.method == "POST":
        return _act(request, actor, campaign, day)
    return _page(request, campaign, reach, day)


def _page(
    request: HttpRequest, campaign: CampaignFacts, reach: tuple[str, ...], day: date, status: int = 200
) -> HttpResponse:
    form = ListForm(request.GET, auto_id="list_%s")
    wanted = form.cleaned_data if form.is_valid() else {}
    after = request.GET.get("after", "")
    show = wanted.get("show", "")
    found = needs_bulk.listed(
        paths=reach,
        campaign_id=campaign.id,
        day=day,
        tier=wanted.get("tier"),
        words=wanted.get("q", ""),
        is_open=show == "open",
        is_off=show == "off",
        after_id=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        count_max=SHOWN_MAX + 1,
    )
    shown = found[:SHOWN_MAX]
    page = {
        "campaign": campaign,
        "day": day,
        "days": needs.days(campaign.id),
        "rows": rows_of(shown),
        "list_form": form,
        "bulk_form": BulkForm(),
        "is_off": show == "off",
        "request_id": uuid4(),
        "pages": _pages(request, shown, is_last=len(found) <= SHOWN_MAX),
        "waits": [kind for kind in ("call-off", "shift") if kind in campaign.two_persons],
    }
    return render(request, "organiser/posts.html", page, status=status)


def _pages(request: HttpRequest, shown: list[PostFacts], *, is_last: bool) -> Pages:
    query = request.GET.copy()
    after = before = ""
    if not is_last:
        query["after"] = str(shown[-1].id)
        after = f"?{query.urlencode()}"
    if "after" in request.GET:
        query = request.GET.copy()
        del query["after"]
        before = f"?{query.urlencode()}"
    return Pages(gettext("%(n)s posts on this page") % {"n": len(shown)}, before, after)


def _act(request: HttpRequest, actor: Actor, campaign: CampaignFacts, day: date) -> HttpResponse:
    form = BulkForm(request.POST)
    back = redirect(f"{reverse('desk-posts', args=[campaign.slug])}?day={day:%Y-%m-%d}")
    if not form.is_valid():
        messages.warning(request, gettext("Choose at least one post first."))
        return back
    post_ids, at = form.cleaned_data["posts"], now()
    minutes = form.cleaned_data["minutes"] or 60
    about = _about(form.cleaned_data["act"], len(set(post_ids)), day, minutes)
    facts = (form.cleaned_data["act"], minutes, *sorted(set(post_ids)))
    asked: list[Asked] = []

    def do() -> dict[str, object]:
        if form.cleaned_data["act"] == bulk.CALL_OFF:
            done = bulk.call_off(actor=actor, campaign=campaign, post_ids=post_ids, now=at, about=about)
        else:
            done = bulk.shift(
                actor=actor, campaign=campaign, post_ids=post_ids, minutes=minutes, now=at, about=about
            )
        asked.append(done)
        return {}

    # One page has many posts to choose; the same of them from the same page is the same press.
    once = client_id(command_id(request).bytes, *facts)
    commands.once(command_id=once, action="desk_posts", facts=facts, now=at, do=do)
    for one in asked:
        say_asked(request, one, about)
    if not asked:
        messages.info(request, gettext("Nothing was done a second time: %(about)s") % {"about": about})
    return back


def _about(act: str, count: int, day: date, minutes: int) -> str:
    """What is done, as it stands in the bar from which it is undone."""
    facts = {"n": count, "day": date_format(day, "j M"), "time": _minutes_words(minutes)}
    if act == bulk.CALL_OFF:
        return (
            ngettext("%(n)s post of %(day)s called off.", "%(n)s posts of %(day)s called off.", count) % facts
        )
    moved = ngettext(
        "%(n)s post of %(day)s moved: %(time)s.", "%(n)s posts of %(day)s moved: %(time)s.", count
    )
    return moved % facts


def say_asked(request: HttpRequest, asked: Asked, about: str) -> None:
    """What became of an act: it waits for somebody, or it is done and people were told (else the undo bar says it)."""
    if asked.waiting is not None:
        messages.info(
            request,
            gettext("It waits for a second organiser: %(about)s They see it under Approvals.")
            % {"about": about},
        )
    elif isinstance(asked.done, Done) and asked.done.act_id is None:
        messages.success(
            request, gettext("%(about)s A shift begins soon, so people are told now.") % {"about": about}
        )


@require_POST
@door_for(Role.ORGANISER)
def take_back(request: HttpRequest, actor: Actor, slug: str, act_id: UUID) -> HttpResponse:
    """Undo what was done in bulk; pressing twice undoes it once."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    done = undo.undo(actor=actor, act_id=act_id, now=now())
    messages.success(request, gettext("Undone: %(about)s") % {"about": done.about})
    return redirect(undo_back(request, campaign))


def undo_back(request: HttpRequest, campaign: CampaignFacts) -> str:
    """The page of the desk that the button stood on, never another site's."""
    start = reverse("desk-campaign", args=[campaign.slug])
    came_from = request.headers.get("Referer", "")
    path = came_from.partition(request.get_host())[2]
    return path if path.startswith(start) else start
