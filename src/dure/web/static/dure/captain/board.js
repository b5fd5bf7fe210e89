/* Draws the crew of a day as it is known on this phone. */
import { clock, dayAndClock, dayWords, made, say } from "./words.js";

const copyOf = (id) => document.getElementById(id).content.cloneNode(true);

function noteOf(member, post) {
  const words = [];
  if (member.state === "present" && member.checked_in_at) {
    words.push(say("here_since", { at: clock(member.checked_in_at, post.timezone) }));
  } else if (member.state !== "present") {
    words.push(say(`state_${member.state}`));
  }
  if (member.state === "accepted" && member.says_here_at) words.push(say("says_here", { at: clock(member.says_here_at, post.timezone) }));
  if (member.state === "present" && member.says_gone_at) words.push(say("says_gone", { at: clock(member.says_gone_at, post.timezone) }));
  if (member.walk_in || member.walked_in) words.push(say("walk_in"));
  else if (member.first_day) words.push(say("first_day"));
  if (member.under_18) words.push(say(member.guardian_agreed ? "under_18_agreed" : "under_18"));
  if (member.unsent) words.push(say("unsent"));
  return words.join(" · ");
}

/** One row: who it is, how they stand, and what can be done by thumb. */
function row(member, post, now_ms) {
  const item = copyOf("t-member").firstElementChild;
  const name = member.given_name || say("left");
  item.querySelector(".who").textContent = name;
  item.querySelector(".note").textContent = noteOf(member, post);
  if (member.waits) item.querySelector(".note").append(" · ", made("strong", "", say("waits")));
  const shows = {
    "check_in": ["accepted", "no_show"].includes(member.state),
    "missing": member.state === "accepted" && Date.parse(post.starts_at) <= now_ms,
    "undo_check_in": member.state === "present" && member.placement_id !== null,
  };
  for (const button of item.querySelectorAll("button[data-act]")) {
    button.hidden = !shows[button.dataset.act];
    button.dataset.placement = member.placement_id;
    button.dataset.who = name;
    button.querySelector(".hidden-text").textContent = ` ${name}`;
  }
  item.querySelector(".state.here").hidden = member.state !== "present";
  item.querySelector(".state.done").hidden = member.state !== "done";
  return item;
}

/** The section of a post; what was being typed about its work is carried over. */
function section(post, now_ms, before) {
  const part = copyOf("t-post").firstElementChild;
  part.dataset.post = post.id;
  part.querySelector("h2 .title").textContent = post.title;
  part.querySelector("h2 .hours").textContent = `${clock(post.starts_at, post.timezone)}–${clock(post.ends_at, post.timezone)}`;
  part.querySelector(".bring").hidden = !post.bring;
  part.querySelector(".bring span").textContent = post.bring;
  part.querySelector("ul.crew").replaceChildren(...post.crew.map((member) => row(member, post, now_ms)));
  part.querySelector(".nobody").hidden = post.crew.length > 0;
  const work = before?.querySelector("details.work");
  if (work) part.querySelector("details.work").replaceWith(work);
  else fillWork(part.querySelector("details.work"), post);
  return part;
}

function fillWork(details, post) {
  details.open = post.crew.some((member) => member.state === "present");
  const pattern = details.querySelector(".output");
  for (const output of post.outputs) {
    const field = pattern.cloneNode(true);
    field.querySelector(".name").textContent = `${output.name} (${output.unit})`;
    field.querySelector("input").name = `output_${output.id}`;
    pattern.before(field);
  }
  pattern.remove();
  for (const [place, input] of details.querySelectorAll("input").entries()) {
    input.id = `phone-work-${post.id}-${place}`;
    input.closest(".field").querySelector("label").htmlFor = input.id;
  }
}

let drawn = "";

/** Draw `day` into `board`; the focus stays on the same button or field. What is as it was is left alone: a thumb may be on
    its way to it. */
export function draw(board, day, now_ms) {
  const begun = day.posts.filter((post) => Date.parse(post.starts_at) <= now_ms).length;
  const looks = JSON.stringify([day.day, day.posts, begun]);
  if (looks === drawn) return;
  drawn = looks;
  const focused = document.activeElement?.closest?.("#board") ? document.activeElement : null;
  const place = focused && { act: focused.dataset.act, placement: focused.dataset.placement, field: focused.id };
  const before = new Map([...board.querySelectorAll("section[data-post]")].map((one) => [one.dataset.post, one]));
  board.replaceChildren(...day.posts.map((post) => section(post, now_ms, before.get(String(post.id)))));
  const members = day.posts.flatMap((post) => post.crew);
  const here = members.filter((member) => member.state === "present" || member.state === "done").length;
  if (day.posts.length) document.getElementById("here").textContent = say("here_of", { here, all: members.length });
  document.getElementById("minors").hidden = !members.some((member) => member.under_18);
  showDay(day.day);
  if (place) focusAgain(board, place);
}

function showDay(day) {
  document.getElementById("day-shown").textContent = dayWords(day);
  document.getElementById("day").value = day;
}

/** A day that is not on the phone: better nobody than the crew of another one. */
export function drawNothing(board, day) {
  drawn = "";
  board.replaceChildren();
  document.getElementById("here").textContent = dayWords(day);
  document.getElementById("minors").hidden = true;
  showDay(day);
}

function focusAgain(board, { act, placement, field }) {
  if (field) document.getElementById(field)?.focus({ preventScroll: true });
  if (!placement) return;
  const buttons = [...board.querySelectorAll(`button[data-placement="${CSS.escape(placement)}"]`)].filter((one) => !one.hidden);
  (buttons.find((one) => one.dataset.act === act) ?? buttons[0])?.focus({ preventScroll: true });
}

/** Calls for help of the last days and what was answered; the deputies there are; whether walk-ins are covered here. */
export function drawBesides(day) {
  const helps = (day.helps ?? []).map((help) => made("li", "", made("strong", "", say("help_asked")), ` ${help.words} — `,
    help.answered_at ? `${help.answer} (${dayAndClock(help.answered_at)})` : say("help_waits")));
  const list = document.getElementById("helps");
  list.replaceChildren(...helps);
  list.hidden = helps.length === 0;

  const deputies = (day.deputies ?? []).filter((one) => !one.mine).map((one) => {
    const item = copyOf("t-deputy").firstElementChild;
    item.querySelector(".who").textContent = one.name;
    item.querySelector(".note").textContent = one.until ? say("deputy_until", { at: dayAndClock(one.until) }) : "";
    Object.assign(item.querySelector("[data-back]").dataset, { back: one.grant_id, who: one.name });
    item.querySelector(".hidden-text").textContent = ` ${one.name}`;
    return item;
  });
  document.querySelector("[data-deputies]").replaceChildren(...deputies);

  const welcome = day.walk_ins?.welcome ?? true;
  const panel = document.getElementById("panel-walk-in");
  panel.querySelector("form").hidden = !welcome;
  panel.querySelector("[data-unwelcome]").hidden = welcome;
  panel.querySelector("[data-unwelcome]").textContent = day.walk_ins?.says ?? "";
}
