// Keeps the counts of a stand-down true while its page stands open. The page says the same without it, as it stood when it
// was loaded.
"use strict";

const board = document.querySelector("[data-roll-from]");
if (board) {
  const EVERY_MS = 5_000, WORST_MS = 60_000;
  let wait = EVERY_MS;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(board.dataset.rollFrom, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    const said = await answer.json();
    for (const slot of board.querySelectorAll("[data-roll]")) {
      const words = `${said[slot.dataset.roll].toLocaleString(document.documentElement.lang)} `;
      // The number is the first text of the value; its unit stands in an element of its own.
      const text = [...slot.querySelector(".value").childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      if (text && text.data !== words) text.data = words;
    }
  };
  const turn = async () => {
    try {
      await ask();
      wait = EVERY_MS;
    } catch {
      wait = Math.min(wait * 2, WORST_MS);
    }
    setTimeout(turn, wait);
  };
  setTimeout(turn, wait);
}
