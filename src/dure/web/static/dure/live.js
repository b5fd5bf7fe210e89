// Keeps the figures of a campaign's open page true: asks for the small file of figures now and then, and changes what
// changed. The page says the same without it, as it stood when it was loaded.
"use strict";

const board = document.querySelector("[data-live-from]");
if (board) {
  const EVERY_MS = 45_000, WORST_MS = 15 * 60_000;
  let wait = EVERY_MS;

  const say = (node, words) => {
    if (node && node.textContent !== words) node.textContent = words;
  };
  const show = (slot, one) => {
    const value = slot.querySelector(".value");
    if (!value) return;
    const unit = value.querySelector(".unit");
    // The number is the first text of the value; its unit stands in an element of its own.
    const text = [...value.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
    const now = `${one.value} `;
    if (text && text.data.trim() !== one.value) text.data = now;
    value.classList.toggle("word", one.is_word);
    say(unit, one.unit);
    const grade = slot.querySelector(".grade");
    if (grade) grade.className = `grade ${one.grade}`;
    say(grade, one.proof);
    const bar = slot.querySelector(".bar");
    if (!bar) return;
    bar.setAttribute("aria-label", one.proof);
    for (const [kind, permille] of Object.entries(one.parts)) {
      bar.querySelector(`.${kind}`)?.setAttribute("width", permille);
    }
  };
  const ask = async () => {
    if (document.hidden) return;
    // The browser sends the tag of what it has; what stands unchanged costs a line.
    // Without cookies, so in the language of the page and not of the browser.
    const headers = { "Accept-Language": document.documentElement.lang };
    const answer = await fetch(board.dataset.liveFrom, { cache: "no-cache", credentials: "omit", headers });
    if (!answer.ok) throw new Error(answer.status);
    const said = await answer.json();
    said.figures.forEach((one, place) => {
      const slot = board.querySelector(`[data-live="${place}"]`);
      if (slot) show(slot, one);
    });
    say(document.querySelector('[data-live="pace"]'), said.pace);
  };
  const turn = async () => {
    try {
      await ask();
      wait = EVERY_MS;
    } catch {
      wait = Math.min(wait * 2, WORST_MS); // a site that is full is asked less
    }
    again();
  };
  // Up to half as long again, so that pages opened together don't ask together.
  const again = () => setTimeout(turn, wait * (1 + Math.random() / 2));
  again();
}
