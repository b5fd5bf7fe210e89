"""Own lists in by the desk: upload, say which column is which, look, read in, mend what was wrong, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import jobs, undoing
from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.operations.first_run import EVERYWHERE
from dure.operations.imports import batches, mapping, running, samples
from dure.operations.imports.batches import Batch
from dure.operations.imports.errors import ImportMappingUnfit, ImportNotThere
from dure.operations.imports.headings import LABELS
from dure.operations.imports.types import Imported
from dure.operations.refusal_words import fact, words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.import_forms import ColumnsForm, UploadForm
from dure.web.organiser.import_words import KINDS
from dure.web.organiser.reach import reach_of
from dure.web.refusals import say_on

REFRESH_SECONDS = 3
PROBLEMS_SHOWN_MAX = 50
ROWS_NAMED_MAX = 4
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A list that was handed in, in the list of lists."""

    batch: Batch
    kind: object
    state: object


STATES = {
    "new": _("not read in yet"),
    "running": _("being read in"),
    "done": _("read in"),
    "undoing": _("being taken back"),
    "undone": _("taken back"),
}


def _campaign(actor: Actor, slug: str) -> tuple[CampaignFacts, tuple[str, ...]]:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    return campaign, reach_of(actor, campaign)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def imports(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The lists that were handed in, and the form for another."""
    campaign, _reach = _campaign(actor, slug)
    wanted = request.GET.get("what", "")
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"kind": wanted if wanted in KINDS else "people"},
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        handed = form.cleaned_data["table"]
        try:
            batch = batches.hand_in(
                kind=form.cleaned_data["kind"],
                campaign=campaign,
                actor=actor,
                name=handed.name or "",
                parts=handed.chunks(),
                now=now(),
            )
        except Refusal as no:
            status = say_on(form, no)
        else:
            return redirect("desk-import", slug=slug, batch_id=batch.id)
    mine = None if actor.organises(campaign.area_path) else actor.account_id
    page = {
        "campaign": campaign,
        "here": "imports",
        "form": form,
        "kinds": KINDS.items(),
        "rows": [
            BatchRow(one, KINDS[one.kind], STATES[one.state])
            for one in batches.of_campaign(campaign, account_id=mine)
        ],
    }
    return render(request, "organiser/imports.html", page, status=status)


@require_safe
@door_for(Role.ORGANISER)
def sample(request: HttpRequest, actor: Actor, slug: str, what: str, form: str) -> HttpResponse:
    """A list to try with, or an empty one to fill in (``people-empty``); ``form``: csv or xlsx."""
    campaign, reach = _campaign(actor, slug)
    kind, is_empty = what.removesuffix("-empty"), what.endswith("-empty")
    if form not in {"csv", "xlsx"}:
        raise NotFound(what="sample")
    today = campaigns.local_day(campaign=campaign, now=now())
    made = (
        samples.empty(kind)
        if is_empty
        else samples.sample(kind, campaign=campaign, within=reach, today=today)
    )
    name = f"dure-{what}.{form}" if is_empty else f"dure-sample-{what}.{form}"
    content, media = (made.text(), CSV) if form == "csv" else (made.book(), SHEET)
    return HttpResponse(
        content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def one(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponse:
    """One list, at whatever step it is."""
    campaign, reach = _campaign(actor, slug)
    batch = running.as_it_stands(batches.batch_for(actor, campaign, batch_id), now=now())
    if request.method == "POST":
        return _map(request, campaign, reach, batch)
    if batch.state == "new":
        if batch.table.exists() and "columns" not in request.GET:
            return _preview(request, actor, campaign, batch)
        return _columns(request, campaign, batch, ColumnsForm(batch=batch, campaign=campaign))
    job = running.job_of(batch) if batch.state in ("running", "undoing") else None
    page = {
        "campaign": campaign,
        "here": "imports",
        "batch": batch,
        "job": job,
        "kind": KINDS[batch.kind],
        "may_undo": batch.state == "done" and batch.act_id is not None and _may_undo(actor, batch),
        "labels": LABELS,
        "problems": problem_rows(batch.result.get("problems", ())),
    }
    response = render(request, "organiser/import.html", page)
    if job is not None and job.is_running and "still" not in request.GET:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _columns(
    request: HttpRequest, campaign: CampaignFacts, batch: Batch, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    usual, others = form.rows()
    page = {
        "campaign": campaign,
        "here": "imports",
        "batch": batch,
        "kind": KINDS[batch.kind],
        "form": form,
        "usual": usual,
        "others": others,
        "unread": mapping.unread(batch.header, batch.places),
        "is_draft": campaign.state == "draft",
    }
    return render(request, "organiser/import_columns.html", page, status=status)


def _map(request: HttpRequest, campaign: CampaignFacts, reach: tuple[str, ...], batch: Batch) -> HttpResponse:
    form = ColumnsForm(request.POST, batch=batch, campaign=campaign)
    if not form.is_valid():
        return _columns(request, campaign, batch, form, status=422)
    try:
        batches.map_columns(
            batch,
            places=form.places(),
            fixed=form.fixed(),
            answered=bool(form.cleaned_data.get("answered")),
            within=reach,
        )
    except ImportMappingUnfit as no:
        status = say_on(form, no)
        return _columns(request, campaign, batch, form, status=status)
    return redirect("desk-import", slug=campaign.slug, batch_id=batch.id)


def _preview(request: HttpRequest, actor: Actor, campaign: CampaignFacts, batch: Batch) -> HttpResponse:
    """What would come in, of the first rows, and what is wrong: nothing is written yet."""
    try:
        tried: Imported = running.try_out(batch, now=now())
        sheet = mapping.look(batch.table, batch.kind)
    except ImportNotThere:
        raise
    except Refusal as no:
        form = ColumnsForm(batch=batch, campaign=campaign)
        messages.error(request, words_of(no))
        return _columns(request, campaign, batch, form, status=no.status)
    page = {
        "campaign": campaign,
        "here": "imports",
        "batch": batch,
        "kind": KINDS[batch.kind],
        "tried": tried,
        "is_part": tried.rows >= running.TRIED_MAX,
        "heads": [LABELS.get(name, name) for name in sheet.header],
        "rows": sheet.rows,
        "labels": LABELS,
        "misses_places": actor.organises(EVERYWHERE)
        and any(problem.what.endswith("is no known town") for problem in tried.problems),
        "problems": problem_rows([(p.row, p.column, p.what, p.wanted) for p in tried.problems]),
    }
    return render(request, "organiser/import_preview.html", page)


def problem_rows(found: object) -> list[Mapping[str, object]]:
    """The first problems of a list, in the words of a page: what is wrong with many rows stands there once."""
    rows_of: dict[tuple[str, str, str], list[int]] = {}
    for row, *said in found if isinstance(found, list | tuple) else ():
        rows_of.setdefault((said[0], said[1], said[2]), []).append(row)
    return [
        {
            "rows": rows[:ROWS_NAMED_MAX],
            "more": len(rows[ROWS_NAMED_MAX:]),
            "column": LABELS.get(column, column),
            "what": fact(what),
            "wanted": fact(wanted),
        }
        for (column, what, wanted), rows in islice(rows_of.items(), PROBLEMS_SHOWN_MAX)
    ]


def _may_undo(actor: Actor, batch: Batch) -> bool:
    return actor.account_id == batch.account_id


@require_POST
@door_for(Role.ORGANISER)
def run(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponse:
    """Read a list in that was looked at. Pressed twice it is read once."""
    campaign, reach = _campaign(actor, slug)
    batch = batches.batch_for(actor, campaign, batch_id)
    if batch.state == "new":
        if not batch.table.exists():
            return redirect("desk-import", slug=slug, batch_id=batch_id)
        batch = running.start(batch, within=reach, now=now())
        if batch.state == "done":
            count = int(batch.result["new"])
            said = ngettext("One row came in.", "%(n)s rows came in.", count) % {"n": f"{count:,}"}
            messages.success(request, said if count else gettext("Nothing new came in."))
    return redirect("desk-import", slug=slug, batch_id=batch_id)


@require_POST
@door_for(Role.ORGANISER)
def stop(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponse:
    """Ask a list that is being read to stop; what came in so far stands, and can be taken back once it is read."""
    campaign, _reach = _campaign(actor, slug)
    job = running.job_of(batches.batch_for(actor, campaign, batch_id))
    if job is None or not jobs.ask_to_stop(job.id):
        messages.info(request, gettext("It is not being read in any more."))
    return redirect("desk-import", slug=slug, batch_id=batch_id)


@require_POST
@door_for(Role.ORGANISER)
def forget(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponse:
    """Throw a list away that was never read in."""
    campaign, _reach = _campaign(actor, slug)
    batch = batches.batch_for(actor, campaign, batch_id)
    # One whose reading did not come to its end was read in part.
    said = (
        gettext("The file is deleted. What came in of it stands.")
        if batch.came_in()
        else gettext("The file is deleted; nothing of it was read in.")
    )
    batches.forget(batch)
    messages.success(request, said)
    return redirect(f"{reverse('desk-imports', args=[slug])}?what={batch.kind}")


@require_POST
@door_for(Role.ORGANISER)
def take_back(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponse:
    """Undo a list as far as nobody built on it."""
    campaign, _reach = _campaign(actor, slug)
    batch = running.as_it_stands(batches.batch_for(actor, campaign, batch_id), now=now())
    if batch.state != "done" or batch.act_id is None:
        return redirect("desk-import", slug=slug, batch_id=batch_id)
    # Marked once; a taking back that died with its process is begun again.
    if undoing.act(actor=actor, act_id=batch.act_id).undone_at is None:
        undoing.take(batch.act_id, actor=actor, now=now())
    batch = running.start_taking_back(batch, actor=actor, now=now())
    if batch.state == "undone":
        said = gettext("Taken back: %(back)s. In use, so left as they are: %(left)s.")
        counts = {"back": f"{batch.undone['taken_back']:,}", "left": f"{batch.undone['left']:,}"}
        messages.success(request, said % counts)
    return redirect("desk-import", slug=slug, batch_id=batch_id)


@require_safe
@door_for(Role.ORGANISER)
def rejected(request: HttpRequest, actor: Actor, slug: str, batch_id: UUID) -> HttpResponseBase:
    """The rows that were wrong, each with why: mended there, that file can be handed in."""
    campaign, _reach = _campaign(actor, slug)
    batch = batches.batch_for(actor, campaign, batch_id)
    if not batch.has_rejected:
        raise NotFound(what="list of wrong rows")
    return FileResponse(
        batch.rejected.open("rb"), as_attachment=True, filename=batch.rejected.name, content_type=CSV
    )
