"""Own lists of places, before there is a campaign: upload, say which column is which, look, read in, take back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.operations.first_run import EVERYWHERE
from dure.operations.imports import batches, mapping, running, samples
from dure.operations.imports.batches import Batch
from dure.operations.imports.errors import ImportMappingUnfit
from dure.operations.imports.headings import LABELS
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.import_forms import ColumnsForm
from dure.web.organiser.import_words import OF_NO_CAMPAIGN
from dure.web.organiser.imports import CSV, REFRESH_SECONDS, SHEET, STATES, BatchRow, problem_rows
from dure.web.organiser.start_forms import PlacesListForm
from dure.web.refusals import say_on

KIND = "places"


def rows(actor: Actor) -> list[BatchRow]:
    """The lists of places that were handed in, the newest first; none for who may not bring any."""
    if not actor.organises(EVERYWHERE):
        return []
    return [
        BatchRow(one, OF_NO_CAMPAIGN[KIND], STATES[one.state])
        for one in batches.of_campaign(None, account_id=None)
    ]


def _batch(actor: Actor, batch_id: UUID) -> Batch:
    actor.must_organise(EVERYWHERE, what=gettext("bringing places in"))
    return batches.batch_for(actor, None, batch_id)


@require_POST
@door_for(Role.ORGANISER)
def hand_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep a list, to be looked at."""
    actor.must_organise(EVERYWHERE, what=gettext("bringing places in"))
    form = PlacesListForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        table = form.cleaned_data["table"]
        try:
            batch = batches.hand_in(
                kind=KIND, campaign=None, actor=actor, name=table.name or "", parts=table.chunks(), now=now()
            )
        except Refusal as no:
            status = say_on(form, no)
        else:
            return redirect("start-list", batch_id=batch.id)
    page = {"list_form": form, "lists": rows(actor), "step": 2}
    return render(request, "organiser/start_lists.html", page, status=status)


@require_safe
@door_for(Role.ORGANISER)
def sample(request: HttpRequest, actor: Actor, what: str, form: str) -> HttpResponse:
    """A list to try with, or an empty one; ``form``: csv or xlsx."""
    if form not in {"csv", "xlsx"} or what not in {"sample", "empty"}:
        raise NotFound(what="sample")
    made = samples.places_sample() if what == "sample" else samples.empty(KIND)
    content, media = (made.text(), CSV) if form == "csv" else (made.book(), SHEET)
    name = f"dure-{what}-places.{form}"
    return HttpResponse(
        content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def one(request: HttpRequest, actor: Actor, batch_id: UUID) -> HttpResponse:
    """One list, at whatever step it is."""
    batch = running.as_it_stands(_batch(actor, batch_id), now=now())
    if request.method == "POST":
        form = ColumnsForm(request.POST, batch=batch, campaign=None)
        if not form.is_valid():
            return _columns(request, batch, form, status=422)
        try:
            batches.map_columns(
                batch, places=form.places(), fixed=form.fixed(), answered=False, within=(EVERYWHERE,)
            )
        except ImportMappingUnfit as no:
            return _columns(request, batch, form, status=say_on(form, no))
        return redirect("start-list", batch_id=batch_id)
    if batch.state == "new":
        if batch.table.exists() and "columns" not in request.GET:
            return _preview(request, batch)
        return _columns(request, batch, ColumnsForm(batch=batch, campaign=None))
    job = running.job_of(batch) if batch.state in ("running", "undoing") else None
    page = {
        "batch": batch,
        "job": job,
        "may_undo": batch.state == "done" and batch.act_id is not None,
        "problems": problem_rows(batch.result.get("problems", ())),
    }
    response = render(request, "organiser/start_list.html", page)
    if job is not None and job.is_running and "still" not in request.GET:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _columns(request: HttpRequest, batch: Batch, form: ColumnsForm, *, status: int = 200) -> HttpResponse:
    usual, others = form.rows()
    page = {
        "batch": batch,
        "form": form,
        "usual": usual,
        "others": others,
        "unread": mapping.unread(batch.header, batch.places),
    }
    return render(request, "organiser/start_list_columns.html", page, status=status)


def _preview(request: HttpRequest, batch: Batch) -> HttpResponse:
    """What would come in, of the first rows, and what is wrong: nothing is written yet."""
    try:
        tried = running.try_out(batch, now=now())
        sheet = mapping.look(batch.table, batch.kind)
    except Refusal as no:
        messages.error(request, words_of(no))
        return _columns(request, batch, ColumnsForm(batch=batch, campaign=None), status=no.status)
    page = {
        "batch": batch,
        "tried": tried,
        "is_part": tried.rows >= running.TRIED_MAX,
        "heads": [LABELS.get(name, name) for name in sheet.header],
        "rows": sheet.rows,
        "problems": problem_rows([(p.row, p.column, p.what, p.wanted) for p in tried.problems]),
    }
    return render(request, "organiser/start_list_preview.html", page)


@require_POST
@door_for(Role.ORGANISER)
def run(request: HttpRequest, actor: Actor, batch_id: UUID) -> HttpResponse:
    """Read a list in that was looked at. Pressed twice it is read once."""
    batch = _batch(actor, batch_id)
    if batch.state == "new" and batch.table.exists():
        batch = running.start(batch, within=(EVERYWHERE,), now=now())
        if batch.state == "done":
            count = int(batch.result["new"])
            said = ngettext("One place came in.", "%(n)s places came in.", count) % {"n": f"{count:,}"}
            messages.success(request, said if count else gettext("Nothing new came in."))
    return redirect("start-list", batch_id=batch_id)


@require_POST
@door_for(Role.ORGANISER)
def forget(request: HttpRequest, actor: Actor, batch_id: UUID) -> HttpResponse:
    """Throw a list away that was never read in."""
    batches.forget(_batch(actor, batch_id))
    messages.success(request, gettext("The file is deleted."))
    return redirect("start-places")


@require_POST
@door_for(Role.ORGANISER)
def take_back(request: HttpRequest, actor: Actor, batch_id: UUID) -> HttpResponse:
    """Undo a list as far as nobody and nothing is at its places."""
    batch = running.as_it_stands(_batch(actor, batch_id), now=now())
    if batch.state == "done":
        batch = running.start_taking_back(batch, actor=actor, now=now())
        if batch.state == "undone":
            said = gettext("Taken back: %(back)s. In use, so left as they are: %(left)s.")
            counts = {"back": f"{batch.undone['taken_back']:,}", "left": f"{batch.undone['left']:,}"}
            messages.success(request, said % counts)
    return redirect("start-list", batch_id=batch_id)


@require_safe
@door_for(Role.ORGANISER)
def rejected(request: HttpRequest, actor: Actor, batch_id: UUID) -> HttpResponseBase:
    """The rows that were wrong, each with why: mended there, that file can be handed in."""
    batch = _batch(actor, batch_id)
    if not batch.has_rejected:
        raise NotFound(what="list of wrong rows")
    return FileResponse(
        batch.rejected.open("rb"), as_attachment=True, filename=batch.rejected.name, content_type=CSV
    )
