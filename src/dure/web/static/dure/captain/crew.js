/* A captain's day on their phone: the crew as it was last heard of, and everything done since, kept here first and sent by
   itself. Without this file, or where the browser keeps nothing, the page works by its plain forms. */
import "./queue.js";
import { draw, drawBesides, drawNothing } from "./board.js";
import { show } from "./bar.js";
import { act, ofPlacement, offerPosts, read, unmark } from "./forms.js";
import { Wiping } from "./photo.js";
import { badgeIn, look, memberOf, needsOwnReader, plainCode } from "./scan.js";
import { say } from "./words.js";

const queue = globalThis.dureQueue;
const place = document.getElementById("crew").dataset;
const account = Number(place.account);
const team = Number(place.team);
const board = document.getElementById("board");
const heard = document.getElementById("heard");
const dialog = document.getElementById("panel");
const FIRST_TRY_S = 5, LAST_TRY_S = 300, LOOK_MS = 60_000, DAYS_AHEAD = 3;

const state = { trouble: "", signIn: false, sending: false, sentSome: false, isWaiting: false, others: 0, oldDay: 0, listOpen: false };
let day = place.day; // ISO; of the page that came, or that is kept
let kept = null; // the day as it is kept here, with the moment it was fetched
let offset_ms = 0;
let wait_s = FIRST_TRY_S;
let timer = null;
let isPrepared = false;
let isMore = false; // something was done while the rest was on its way
let heard_ms = 0; // when the site last answered
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("dure-captain") : null;

const now_ms = () => Date.now() + offset_ms;
const hear = (words) => { heard.textContent = words; };

async function redraw() {
  const acts = await queue.acts(account);
  kept = (await queue.keptDay(account, team, day)) ?? null;
  offset_ms = (await queue.meta("offset_ms")) ?? 0;
  const mine = acts.filter((one) => one.state === "queued" && one.team === team && one.day === day);
  if (kept) {
    draw(board, queue.lived(kept.body, mine), now_ms());
    drawBesides(kept.body);
    for (const form of document.querySelectorAll("#panel form")) offerPosts(form, kept.body.posts);
  }
  show(acts, state, { send, putAside });
}

async function putAside(seq) {
  await queue.putAside(seq, account);
  await changed();
}

async function changed() {
  await redraw();
  others?.postMessage("changed");
}

// Sending

async function send() {
  clearTimeout(timer);
  if (state.sending) {
    isMore = true;
    return;
  }
  Object.assign(state, { sending: true, isWaiting: false });
  isMore = false;
  let said = "later";
  try {
    await redraw();
    said = await queue.send(account);
  } catch {
    state.trouble = "not_kept";
  }
  state.sending = false;
  state.signIn = said === "sign_in";
  if (said === "sent") {
    Object.assign(state, { sentSome: true, oldDay: 0 });
    heard_ms = Date.now();
    wait_s = FIRST_TRY_S;
    hear(say("all_sent"));
  }
  if (isMore || said === "busy") wait_s = FIRST_TRY_S; // the phone is at it, or another tab: no reason to wait longer
  if (["later", "stuck", "busy"].includes(said)) again();
  else if (isMore) void send(); // what was done while the rest was on its way
  await changed();
}

/** Later, and each time later: phones that lost the same mast don't come back in the same second. */
function again() {
  const seconds = Math.round(wait_s * (0.75 + Math.random() / 2));
  state.isWaiting = true;
  wait_s = Math.min(wait_s * 2, LAST_TRY_S);
  timer = setTimeout(send, seconds * 1000);
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("dure-acts")).catch(() => {});
}

async function refresh() {
  const asked_ms = Date.now();
  const said = await queue.refresh(account, team, day).catch(() => "later");
  if (said === "fresh" || said === "same") heard_ms = Date.now();
  state.signIn = said === "sign_in" || (state.signIn && said === "later");
  const known = await queue.keptDay(account, team, day);
  // A question that was lost says nothing where a later one was answered.
  state.oldDay = said === "later" && known && heard_ms < asked_ms ? known.fetched_ms : 0;
  if (said === "gone") {
    state.trouble = "no_captain";
    drawNothing(board, day); // nor are the names shown any more
  }
  else if (said === "later" && !known) state.trouble = "no_day";
  else if (["no_day", "no_captain"].includes(state.trouble)) state.trouble = "";
  // The page itself may have been kept on another day.
  if (!known && day !== place.day) drawNothing(board, day);
  await redraw();
  if (said === "fresh" || said === "same") void prepare();
  return said;
}

/** Once there is a signal: what is needed where there is none. */
async function prepare() {
  if (isPrepared) return;
  isPrepared = true; // not twice at the same time; again where the signal went meanwhile
  isPrepared = (await lookAhead()) && (await keepPages().then(() => true, () => false));
}

/** The next days too, so that tomorrow can begin without a signal. */
async function lookAhead() {
  const days = kept?.body.days.filter((one) => one > kept.body.day).slice(0, DAYS_AHEAD) ?? [];
  for (const one of days) {
    if ((await queue.refresh(account, team, one)) === "later") return false;
  }
  return true;
}

// Keeping

/** Keep an act; only then does the page change. False where it could not be kept. */
async function keep(one) {
  let isNew;
  try {
    isNew = await queue.add({ ...one, account, team, day });
  } catch (error) {
    // Nowhere to keep it: with a signal it goes straight to the site, else it must be said at once.
    const said = await queue.straight(account, { ...one, team, day }).catch(() => "later");
    if (said === "sent") {
      location.reload();
      return true;
    }
    const isFull = /quota|full/i.test(`${error?.name} ${error?.message}`);
    state.trouble = said === "refused" ? "not_carried_out" : isFull ? "full" : "not_kept";
    await redraw().catch(() => show([], state, {}));
    document.getElementById("told").scrollIntoView({ block: "nearest" });
    return false;
  }
  if (["full", "not_kept", "not_carried_out"].includes(state.trouble)) state.trouble = "";
  hear(say(isNew ? "written" : "already"));
  await changed();
  void send();
  return true;
}

board.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  button.disabled = true;
  const { act: kind, placement, who } = button.dataset;
  if (!(await keep(ofPlacement(kind, Number(placement), who)))) button.disabled = false;
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-kind]");
  if (!form) return;
  event.preventDefault();
  const post = kept?.body.posts.find((one) => String(one.id) === form.closest("[data-post]")?.dataset.post);
  const one = form.dataset.kind === "photo" ? photo(form) : read(form, { post, now_ms: now_ms() });
  if (!one) return;
  const button = form.querySelector('[type="submit"]');
  button.disabled = true;
  if (await keep(one)) {
    form.reset();
    if (form.dataset.kind === "work") form.closest("details").open = false;
    else close();
  }
  button.disabled = false;
});

// The panel: one thing at a time, over the page

let stopCamera = null;
let wiping = null;

function close() {
  stopCamera?.();
  stopCamera = null;
  wiping?.close();
  wiping = null;
  if (dialog.open) dialog.close();
}

dialog.addEventListener("close", close);
dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
  const back = event.target.closest("[data-back]");
  if (!back) return;
  back.disabled = true;
  void keep(act("deputy_back", { grant_id: Number(back.dataset.back) }, back.dataset.who, `grant:${back.dataset.back}`)).then(close);
});

for (const opener of document.querySelectorAll("[data-panel]")) {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    for (const part of dialog.children) part.hidden = part.id !== opener.dataset.panel;
    const part = document.getElementById(opener.dataset.panel);
    dialog.setAttribute("aria-labelledby", part.querySelector("h2").id);
    const form = part.querySelector("form");
    if (form) { form.reset(); unmark(form); offerPosts(form, kept?.body.posts ?? []); }
    if (part.id === "panel-photo") takePhoto(part);
    dialog.showModal();
    if (part.id === "panel-scan") void scan(part, opener.dataset.with === "camera");
  });
}

async function scan(part, withCamera) {
  const says = part.querySelector("[data-says]");
  part.querySelector("video").hidden = !withCamera;
  says.textContent = withCamera ? say("looking") : "";
  if (!withCamera) part.querySelector("input").focus();
  else {
    try {
      stopCamera = await look(part.querySelector("video"), (text) => void scanned(text, says));
      if (!dialog.open) close(); // it was closed while the phone asked
    } catch (error) {
      part.querySelector("video").hidden = true;
      says.textContent = say(error.message);
      part.querySelector("input").focus();
    }
  }
}

async function scanned(text, says) {
  const badge = badgeIn(text);
  if (!badge) says.textContent = say("no_badge");
  else await arrives({ badge }, say("badge"), says);
}

/** Check in by badge or code: known from the kept days, or left for the site to say who it is. */
async function arrives(by, unknown, says) {
  const days = (await queue.keptDays(account)).filter((one) => one.team === team).map((one) => one.body);
  const first = days.filter((one) => one.day === day);
  const member = memberOf(by, [...first, ...days]);
  const who = member?.given_name ?? unknown;
  const facts = by.badge ? { badge: by.badge } : member ? { placement_id: member.placement_id } : { code: by.code };
  const same = member ? `placement:${member.placement_id}` : `by:${by.badge ?? by.code}`;
  const isKept = await keep({ ...act("check_in", facts, who, same), placement_id: member?.placement_id });
  says.textContent = !isKept ? say(state.trouble) : member ? say("found", { who }) : say("unknown_badge");
  if (isKept) navigator.vibrate?.(60);
}

document.getElementById("code-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = event.target.elements.code;
  const code = plainCode(input.value);
  if (!code) return;
  await arrives({ code }, say("code", { code }), document.querySelector("#panel-scan [data-says]"));
  input.value = "";
  input.focus();
});

function takePhoto(part) {
  const canvas = part.querySelector("canvas");
  const fields = part.querySelector("[data-after]");
  fields.hidden = true;
  wiping = new Wiping(canvas);
  part.querySelector('input[type="file"]').onchange = async (event) => {
    const says = part.querySelector("[data-says]");
    says.textContent = "";
    try {
      await wiping.open(event.target.files[0]);
      fields.hidden = false;
    } catch {
      says.textContent = say("no_picture");
    }
    event.target.value = "";
  };
  part.querySelector("[data-again]").onclick = () => wiping.again();
}

function photo(form) {
  const jpeg = wiping?.clear ? wiping.jpeg() : null;
  const post = kept?.body.posts.find((one) => String(one.id) === form.elements.post_id.value);
  if (jpeg === null || !post) {
    form.querySelector("[data-says]").textContent = say(post ? "picture_large" : "no_day");
    return null;
  }
  return act("photo", { post_id: post.id, wiped: wiping.wiped, jpeg }, post.title);
}

// Beginning

async function keepPages() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  const worker = await navigator.serviceWorker.ready;
  const more = (await needsOwnReader()) ? ["/static/dure/captain/jsQR.js"] : [];
  worker.active.postMessage({ kind: "keep", page: location.pathname, more });
}

/** The day of the page, where none was asked for: as far as the phone knows, today's or the next with a crew. */
async function likelyDay() {
  const mine = (await queue.keptDays(account)).filter((one) => one.team === team);
  const at_ms = Date.now() + ((await queue.meta("offset_ms")) ?? 0);
  const zone = mine[0]?.body.posts[0]?.timezone;
  // The Swedish way to write a day is ISO 8601.
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at_ms);
  const days = mine.map((one) => one.day).sort();
  return days.find((one) => one >= today) ?? days.at(-1) ?? day;
}

/** Whether something of the day that is shown waits to be sent: then it isn't changed for another under the thumb. */
const hasBegun = async () => (await queue.acts(account)).some((one) => one.team === team && one.day === day && one.state === "queued");

async function begin() {
  try {
    const before = await queue.meta("account");
    const worker = await navigator.serviceWorker?.getRegistration();
    if (before !== account) worker?.active?.postMessage({ kind: "forget" });
    await queue.worksHere(account);
  } catch {
    // The plain forms stand there already, and do all of it while there is a signal.
    state.trouble = "no_store";
    show([], state, {});
    return;
  }
  for (const one of document.querySelectorAll("[data-phone]")) one.hidden = false;
  state.others = await queue.countOfOthers(account);
  navigator.storage?.persist?.().catch(() => {});
  const asked = new URLSearchParams(location.search).get("day");
  day = asked ?? (await likelyDay());
  if (await queue.keptDay(account, team, day)) await redraw(); // at once: a weak signal may take a minute to answer
  const badge = new URLSearchParams(location.search).get("badge");
  if (badge) {
    history.replaceState(null, "", location.pathname); // a page loaded again is no second arrival
    await arrives({ badge }, say("badge"), heard);
  }
  if (!asked && (await queue.refresh(account, team, "")) === "fresh" && !(await hasBegun())) {
    day = await queue.meta(`day:${account}:${team}`);
    await redraw();
  }
  await refresh();
  await send();
}

addEventListener("online", () => { wait_s = FIRST_TRY_S; void refresh().then(send); });
addEventListener("offline", () => void redraw());
document.addEventListener("visibilitychange", () => { if (!document.hidden) void refresh().then(send); });
// The worker sends too, when the browser finds a signal before this page does.
navigator.serviceWorker?.addEventListener("message", (event) => {
  if (event.data?.kind !== "sent") return;
  state.sentSome = true;
  void refresh();
});
if (others) others.onmessage = () => void redraw();
setInterval(() => { if (!document.hidden && navigator.onLine && !state.sending) void refresh(); }, LOOK_MS);
void begin();
