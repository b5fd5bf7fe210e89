// The desk by keyboard: nothing here does what a link or a button on the page doesn't do as well.
// "?" lists the keys; the switch on that page turns them all off and is kept in this browser (WCAG 2.1.4).
const KEPT = "dure-desk-keys";
const PAGES = { d: "", p: "posts/", s: "supervision/", a: "approvals/", c: "calls/" };
const AFTER_G_MS = 1500;
const desk = (location.pathname.match(/^\/desk\/[^/]+\//) || [""])[0];
let sinceG = -Infinity;

function areOn() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true; // storage refused: the keys work, they just can't be switched off for good
  }
}

function isTyping(target) {
  return target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName);
}

function rows() {
  return [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a, input, button"));
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  next.querySelector("input, a, button").focus();
}

function pressed(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const box = event.target.closest && event.target.closest("main tbody input[type=checkbox]");
  if (!isPlain || event.isComposing || !areOn() || (isTyping(event.target) && !box)) return;
  const key = event.key;
  if (event.timeStamp - sinceG < AFTER_G_MS && desk && key in PAGES) {
    location.assign(desk + PAGES[key]);
  } else if (key === "/") {
    document.getElementById("find")?.focus();
  } else if (key === "?") {
    document.querySelector("[data-keys-page]")?.click();
  } else if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "x") {
    document.activeElement.closest("tr")?.querySelector("input[type=checkbox]")?.click();
  } else if (key === "u") {
    document.querySelector(".undo button")?.focus(); // Enter presses it: one key undoes nothing
  } else if (key !== "g") {
    return;
  }
  sinceG = key === "g" ? event.timeStamp : -Infinity;
  event.preventDefault();
}

function keepSwitch(button) {
  const says = () => (button.textContent = areOn() ? button.dataset.off : button.dataset.on);
  button.hidden = false;
  says();
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT, areOn() ? "off" : "on");
    } catch {
      button.disabled = true;
    }
    says();
  });
}

function chooseAll(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[name=posts]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

document.addEventListener("keydown", pressed);
for (const button of document.querySelectorAll("[data-keys-switch]")) keepSwitch(button);
for (const button of document.querySelectorAll("[data-all]")) chooseAll(button);

// "Why?" opens under its row; without this it leads to a page with the same.
async function openHere(link) {
  const row = link.closest("tr");
  const open = row.nextElementSibling;
  if (open && open.matches(".opened")) {
    open.remove();
    link.setAttribute("aria-expanded", "false");
    return;
  }
  const answer = await fetch(`${link.href}?part=1`);
  if (!answer.ok) throw new Error(answer.status);
  const under = document.createElement("tr");
  under.className = "opened";
  const cell = under.insertCell();
  cell.colSpan = row.cells.length;
  const inside = document.createElement("div");
  inside.className = "grid";
  inside.innerHTML = await answer.text(); // our own page, made by the same templates
  cell.append(inside);
  row.after(under);
  link.setAttribute("aria-expanded", "true");
}
for (const link of document.querySelectorAll("[data-opens-here]")) {
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openHere(link).catch(() => location.assign(link.href));
  });
}

// What changes from minute to minute is asked for again while somebody looks; unchanged it costs a line.
const board = document.querySelector("[data-now-from]");
if (board) {
  const EVERY_MS = 30_000, WORST_MS = 10 * 60_000;
  let wait = EVERY_MS, tag = "";
  const ask = async () => {
    // Whoever types an answer there is left alone.
    if (document.hidden || board.contains(document.activeElement)) return;
    // The tag goes by hand: pages about people are kept by no cache.
    const answer = await fetch(board.dataset.nowFrom, { headers: { "If-None-Match": tag } });
    if (answer.status === 304) return;
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const said = await answer.text();
    if (board.contains(document.activeElement)) return;
    board.innerHTML = said;
    tag = answer.headers.get("ETag") || "";
  };
  const again = () => setTimeout(turn, wait * (1 + Math.random() / 2));
  const turn = async () => {
    try {
      await ask();
      wait = EVERY_MS;
    } catch {
      wait = Math.min(wait * 2, WORST_MS); // a site that is full is asked less
    }
    again();
  };
  again();
}
