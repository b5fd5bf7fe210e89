/* Keeps a filled form when very many people sign up at once: it is sent from here, and sent again by itself for as long
   as the site says that it is full or can't be reached. The same form twice signs up once (its client_id). Without
   this file the form works as any other. */
"use strict";
(() => {
  const WAIT_S_FIRST = 5;
  const WAIT_S_MAX = 120;
  // Not 429: that is about this form alone, lasts up to a day, and its page says so.
  const TRY_AGAIN = [502, 503, 504];

  const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const said = () => document.getElementById("join-said");

  /** Say so beside the form; the buttons rest while it is being sent. */
  function say(form, words, isBusy) {
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    said().replaceChildren(...(words ? [paragraph] : []));
    said().className = words ? "said" : "";
    for (const button of form.querySelectorAll("button")) button.disabled = isBusy;
  }

  async function wait(form, seconds) {
    for (let left = seconds; left > 0; left--) {
      say(form, form.dataset.waiting.replace("{seconds}", String(left)), true);
      await sleep(1);
    }
  }

  /** The page that came back, in place of the one that was sent: with a mistake marked, or one row more. */
  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.getElementById("main");
    // A page without the form is about something else that went wrong: what was typed is worth more.
    if (!main?.querySelector("#join-form")) return false;
    document.title = page.title;
    document.getElementById("main").replaceWith(main);
    const first = main.querySelector(".is-wrong input, .is-wrong select") ?? main.querySelector('[role="alert"]');
    (first ?? main).scrollIntoView();
    first?.focus();
    listen();
    return true;
  }

  async function send(form, body) {
    let wait_s = WAIT_S_FIRST;
    for (;;) {
      say(form, form.dataset.sending, true);
      let answer;
      try {
        answer = await fetch(form.action, {
          method: "POST",
          body,
          credentials: "same-origin",
          headers: { "X-Requested-With": "join.js" },
        });
      } catch {
        answer = null; // no network at this moment
      }
      if (answer?.redirected) {
        location.assign(answer.url);
        return;
      }
      if (answer && !TRY_AGAIN.includes(answer.status)) {
        if (!show(await answer.text())) say(form, form.dataset.broken, false);
        return;
      }
      const told_s = Number(answer?.headers.get("Retry-After"));
      // Not all at the same second again.
      await wait(form, Math.ceil((told_s || wait_s) * (1 + Math.random())));
      wait_s = Math.min(wait_s * 2, WAIT_S_MAX);
    }
  }

  function listen() {
    const form = document.getElementById("join-form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = new FormData(form);
      if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
      void send(form, new URLSearchParams(body));
    });
  }
  listen();
})();
