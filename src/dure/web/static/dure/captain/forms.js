/* What a captain presses and writes, as acts for the queue. An act goes into IndexedDB before anything on the page changes. */
import { clock, say } from "./words.js";

const HOUR_MS = 3_600_000;
const HOURS_MAX = 16; // as the site takes them; longer work is two shifts

/** A random id by RFC 9562 section 5.4; crypto.randomUUID is withheld from pages without TLS. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** `who`: whom or what it is about, for the list of what is kept; `same`: what a double tap has in common. */
export const act = (kind, facts, who, same = "") => ({ id: freshId(), kind, facts, who, same });

export const ofPlacement = (kind, placement_id, who) => act(kind, { placement_id }, who, `placement:${placement_id}`);

const text = (form, name) => form.elements[name]?.value.trim() ?? "";
const idOrNull = (form, name) => (text(form, name) ? Number(text(form, name)) : null);

/** Mark a field as wrong, in words beside it, and go there. False, so that it can end a check. */
function wrong(field, words) {
  const box = field.closest(".field");
  box.classList.add("is-wrong");
  const line = box.querySelector(".wrong") ?? box.appendChild(document.createElement("p"));
  line.className = "wrong";
  line.id = `${field.id}-wrong`;
  line.textContent = words;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
  field.focus();
  return null;
}

export function unmark(form) {
  for (const line of form.querySelectorAll(".field .wrong")) line.remove();
  for (const box of form.querySelectorAll(".is-wrong")) box.classList.remove("is-wrong");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** A number as people write one: "7.5", "7,5", "1 200"; null where it is none, or where "1,200" may be a thousand or one. */
function numberIn(written) {
  const plain = written.replace(/[\s_]/g, "");
  return /^\d+([.,]\d{1,3})?$/.test(plain) && !/,\d{3}$/.test(plain) ? plain.replace(",", ".") : null;
}

function work(form, post) {
  const hours = form.elements.hours;
  const count = Number(numberIn(hours.value) ?? Number.NaN);
  if (!(count > 0 && count <= HOURS_MAX)) return wrong(hours, say("hours"));
  const output = {};
  for (const field of form.querySelectorAll('[name^="output_"]')) {
    if (!field.value.trim()) continue;
    const quantity = numberIn(field.value);
    if (quantity === null) return wrong(field, say("number"));
    output[field.name.replace("output_", "")] = quantity;
  }
  // Each writing counts: who came after the first one is covered by the next.
  return act("work", { post_id: post.id, minutes: Math.round(count * 60), output }, post.title);
}

function deputy(form, { now_ms }) {
  const until = new Date(now_ms + Number(text(form, "hours")) * HOUR_MS).toISOString();
  return act("deputy", { email: text(form, "email"), until }, text(form, "email"));
}

const readers = {
  walk_in: (form) => act("walk_in", {
    post_id: idOrNull(form, "post_id"), given_name: text(form, "given_name"), birth_year: Number(text(form, "birth_year")),
    contact: text(form, "contact") || null, language: text(form, "language"),
    agreed: form.elements.agreed.checked, briefed: form.elements.briefed.checked,
  }, text(form, "given_name")),
  incident: (form) => act("incident", {
    post_id: idOrNull(form, "post_id"), what: text(form, "what"), severity: text(form, "severity"),
    words: text(form, "words"), people_hurt: Number(text(form, "people_hurt") || 0),
  }, text(form, "words").slice(0, 60)),
  help: (form) => act("help", {
    words: text(form, "words"), people_wanted: idOrNull(form, "people_wanted"), post_id: idOrNull(form, "post_id"),
  }, text(form, "words").slice(0, 60)),
  deputy,
};

/** The act that a form tells, or null where something is missing (it is marked then). */
export function read(form, facts) {
  unmark(form);
  for (const field of form.elements) {
    const isUnticked = field.type === "checkbox" && field.required && !field.checked;
    if (field.willValidate && !field.checkValidity()) return wrong(field, isUnticked ? say("tick") : field.validationMessage);
  }
  return form.dataset.kind === "work" ? work(form, facts.post) : readers[form.dataset.kind](form, facts);
}

/** The posts of the day in a form's list of them. */
export function offerPosts(form, posts) {
  const list = form.elements.post_id;
  if (!list) return;
  const chosen = list.value;
  list.querySelectorAll("option[value]:not([value=''])").forEach((one) => one.remove());
  for (const post of posts) list.add(new Option(`${post.title}, ${clock(post.starts_at, post.timezone)}`, post.id));
  list.value = chosen || (list.required ? posts[0]?.id ?? "" : "");
}
