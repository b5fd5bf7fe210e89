/* Says what is on this phone and not yet sent (at the foot, always in sight), and above the crew what was not carried out
   and why, and what else the captain must know. */
import { count, dayAndClock, has, made, say } from "./words.js";

const told = document.getElementById("told");
const kept = document.getElementById("kept");

const named = (act) => say(`act_${act.kind}`, { who: act.who });
const since = (act) => made("span", "muted small", say("kept_at", { at: dayAndClock(act.at_ms) }));

function button(words, press) {
  const made_ = made("button", "btn quiet", words);
  made_.type = "button";
  made_.addEventListener("click", press);
  return made_;
}

function lineOf(state) {
  if (state.sending) return say("sending");
  return state.isWaiting || !navigator.onLine ? say("no_signal") : "";
}

function waiting(acts, state, hands) {
  const list = made("details", "");
  list.open = Boolean(state.listOpen);
  list.addEventListener("toggle", () => { state.listOpen = list.open; });
  const items = acts.map((act) => made("li", "", named(act), " ", since(act)));
  const send = button(say("send_now"), hands.send);
  send.disabled = Boolean(state.sending);
  // Nothing has to be pressed, so that the button takes no room before the list is opened.
  list.append(made("summary", "", say("show_kept")), made("ul", "", ...items), send);
  const words = made("p", "", made("strong", "", count("kept", acts.length)), " ", made("span", "muted small", lineOf(state)));
  return [words, list];
}

/** Words of the site where it gave some; else what the phone itself found. */
const why = (act) => act.says || say(has(act.code) ? act.code : "unreadable");

function unheard(act, hands) {
  const isNote = act.state === "note";
  const box = made("div", isNote ? "said" : "said error");
  box.append(
    made("p", "", made("strong", "", say(isNote ? "note" : "conflict")), " ", named(act), " ", since(act)),
    made("p", "", why(act)),
    made("p", "row", button(say("put_aside"), () => hands.putAside(act.seq))),
  );
  return box;
}

function signIn() {
  const link = made("a", "btn", say("sign_in_link"));
  link.href = `/account/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  return made("div", "said warning", made("p", "", say("sign_in")), made("p", "row", link));
}

function replace(box, parts) {
  const focused = box.contains(document.activeElement) ? document.activeElement.textContent : null;
  box.replaceChildren(...parts);
  box.hidden = parts.length === 0;
  if (focused) [...box.querySelectorAll("button, a, summary")].find((one) => one.textContent === focused)?.focus();
}

let shown = "";

/** Show all that there is to know; what is empty takes no room, and what is as it was is left alone. */
export function show(acts, state, hands) {
  const looks = JSON.stringify([acts.map((act) => [act.seq, act.state]), { ...state, listOpen: 0 }, navigator.onLine]);
  if (looks === shown) return;
  shown = looks;
  const queued = acts.filter((act) => act.state === "queued");
  const parts = [];
  if (state.trouble) parts.push(made("div", "said error", made("p", "", say(state.trouble))));
  if (state.signIn) parts.push(signIn());
  parts.push(...acts.filter((act) => act.state !== "queued").map((act) => unheard(act, hands)));
  if (state.others) parts.push(made("p", "small muted", count("others", state.others)));
  if (state.oldDay) parts.push(made("p", "small muted", say("as_of", { at: dayAndClock(state.oldDay) })));
  replace(told, parts);
  const isSent = !queued.length && state.sentSome;
  kept.classList.toggle("sent", isSent);
  replace(kept, queued.length ? waiting(queued, state, hands) : isSent ? [made("p", "", `${say("all_sent")} ✓`)] : []);
}
