/* At the pages for signing in and out: what a captain left on this phone and has not sent yet. Only its count is told, and
   to whose account it belongs stays with the queue. */
import "./queue.js";

const box = document.getElementById("kept-here");
const account = box.dataset.account ? Number(box.dataset.account) : null;

async function waiting() {
  // Asking for a store that isn't there would make one, on every visitor's computer.
  const stores = await indexedDB.databases?.();
  if (stores && !stores.some((one) => one.name === "dure-captain")) return 0;
  if (account === null) return globalThis.dureQueue.countOfOthers(-1);
  return (await globalThis.dureQueue.acts(account)).filter((act) => act.state === "queued").length;
}

const count = await waiting().catch(() => 0);
if (count) {
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const words = plural.select(count) === "one" ? box.dataset.one : box.dataset.many;
  box.querySelector("p").textContent = words.replace("{n}", String(count));
  box.hidden = false;
}
