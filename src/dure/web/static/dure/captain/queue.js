/* What a captain's phone keeps (IndexedDB), and how it is sent: once, in the phone's order, by whichever page or worker
   holds the lock. Pages import this file for what it puts at globalThis.dureQueue; the service worker, which in some
   browsers knows no modules, reads it with importScripts. It draws nothing and asks nobody. */
"use strict";
(() => {
  const NAME = "dure-captain";
  // The stores only ever grow: an older page on this phone must be able to read on.
  const VERSION = 1;
  const OPEN_MS_MAX = 5_000; // some browsers never answer in a private window
  const SEND_MS_MAX = 45_000;
  const BYTES_MAX = 900_000; // of one request: well below what the server reads
  const ACTS_MAX = 40;
  const CLOCK_MOVED_MS = 5 * 60_000;
  const DAYS_KEPT = 8;

  let opened = null;

  function open() {
    opened ??= new Promise((done, broken) => {
      if (!globalThis.indexedDB) throw new Error("no IndexedDB");
      const slow = setTimeout(() => broken(new Error("IndexedDB does not answer")), OPEN_MS_MAX);
      const asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = () => {
        const acts = asked.result.createObjectStore("acts", { keyPath: "seq", autoIncrement: true });
        acts.createIndex("id", "id", { unique: true });
        acts.createIndex("account", "account");
        asked.result.createObjectStore("days", { keyPath: "key" }).createIndex("account", "account");
        asked.result.createObjectStore("meta");
      };
      asked.onerror = () => broken(asked.error);
      asked.onsuccess = () => {
        clearTimeout(slow);
        const forget = () => { asked.result.close(); opened = null; };
        asked.result.onversionchange = forget;
        asked.result.onclose = forget;
        done(asked.result);
      };
    }).catch((error) => { opened = null; throw error; });
    return opened;
  }

  const answered = (request) => new Promise((done, broken) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => broken(request.error);
  });

  /** Run `work` in one transaction; resolves once it is on the disk, so that a dead battery loses nothing. */
  async function within(stores, mode, work) {
    const transaction = (await open()).transaction(stores, mode, { durability: "strict" });
    const ended = new Promise((done, broken) => {
      transaction.oncomplete = done;
      transaction.onabort = () => broken(transaction.error ?? new Error("not stored"));
    });
    let value;
    try {
      value = await work((name) => transaction.objectStore(name));
    } catch (error) {
      ended.catch(() => {});
      try { transaction.abort(); } catch { /* it is over already */ }
      throw error;
    }
    await ended;
    return value;
  }

  const meta = (name) => within(["meta"], "readonly", (store) => answered(store("meta").get(name)));
  const inOrder = (acts) => acts.sort((one, other) => one.seq - other.seq);
  const keyOf = (account, team, day) => `${account}:${team}:${day}`;

  // Acts

  /** Keep an act. False where the same stands there already: a double tap, or the other tab. */
  function add(act) {
    return within(["acts", "meta"], "readwrite", async (store) => {
      const mine = inOrder(await answered(store("acts").index("account").getAll(act.account)));
      if (mine.some((one) => one.id === act.id)) return false;
      const before = mine.filter((one) => act.same && one.same === act.same && one.state === "queued").at(-1);
      if (before && before.kind === act.kind) return false;
      const offset_ms = (await answered(store("meta").get("offset_ms"))) ?? null;
      await answered(store("acts").add({ ...act, at_ms: Date.now(), offset_ms, state: "queued", code: "", says: "" }));
      return true;
    });
  }

  const acts = (account) =>
    within(["acts"], "readonly", async (store) => inOrder(await answered(store("acts").index("account").getAll(account))));

  /** How many acts of others than `account` wait on this phone; what they are is theirs. */
  const countOfOthers = (account) =>
    within(["acts"], "readonly", async (store) =>
      (await answered(store("acts").count())) - (await answered(store("acts").index("account").count(account))));

  /** Put aside what the server did not carry out, once its captain has read why. */
  const putAside = (seq, account) =>
    within(["acts"], "readwrite", async (store) => {
      const act = await answered(store("acts").get(seq));
      if (act?.account === account && act.state !== "queued") await answered(store("acts").delete(seq));
    });

  // Days

  const keptDay = (account, team, day) =>
    within(["days"], "readonly", (store) => answered(store("days").get(keyOf(account, team, day))));

  const keptDays = (account) =>
    within(["days"], "readonly", (store) => answered(store("days").index("account").getAll(account)));

  /** From now on `account` works with this phone. Others' crews go; what they did not send yet stays theirs. */
  function worksHere(account) {
    return within(["days", "meta"], "readwrite", async (store) => {
      const days = await answered(store("days").getAll());
      const oldest_ms = Date.now() - DAYS_KEPT * 86_400_000;
      for (const one of days) {
        if (one.account !== account || one.fetched_ms < oldest_ms) await answered(store("days").delete(one.key));
      }
      await answered(store("meta").put(account, "account"));
    });
  }

  const signedOut = () =>
    within(["days", "meta"], "readwrite", async (store) => {
      await answered(store("days").clear());
      await answered(store("meta").delete("account"));
    });

  const dropTeam = (account, team) =>
    within(["days"], "readwrite", async (store) => {
      for (const one of await answered(store("days").index("account").getAll(account))) {
        if (one.team === Number(team)) await answered(store("days").delete(one.key));
      }
    });

  /** What the site itself says where it did not do it; null where something on the way (a hotel's page, a proxy) answered. */
  async function words(answer) {
    const said = await answer.json().catch(() => null);
    return typeof said?.error === "string" ? said : null;
  }

  /** Fetch a day of a team and keep it. Says "fresh", "same", "sign_in", "gone" (its names are gone from here too) or "later". */
  async function refresh(account, team, day) {
    const kept = day ? await keptDay(account, team, day) : undefined;
    const headers = kept?.etag ? { "If-None-Match": kept.etag } : {};
    let answer, body;
    try {
      const question = day ? `?day=${encodeURIComponent(day)}` : "";
      answer = await asked(`/captain/${team}/day.json${question}`, { headers });
      if (answer.status === 304) return "same";
      if (answer.status === 401) return "sign_in";
      if ((answer.status === 403 || answer.status === 404) && (await words(answer))) {
        await dropTeam(account, team);
        return "gone";
      }
      if (!answer.ok) return "later";
      body = await answer.json();
    } catch {
      return "later";
    }
    if (body.account !== account) return "sign_in";
    await within(["days", "meta"], "readwrite", async (store) => {
      await answered(store("days").put({
        key: keyOf(account, team, body.day), account, team, day: body.day, body,
        etag: answer.headers.get("ETag") ?? "", fetched_ms: Date.now(),
      }));
      await answered(store("meta").put(Date.parse(body.server_now) - Date.now(), "offset_ms"));
      await answered(store("meta").put(body.csrf, "csrf"));
      if (!day) await answered(store("meta").put(body.day, `day:${account}:${team}`));
    });
    return "fresh";
  }

  function asked(address, given) {
    const ends = new AbortController();
    const timer = setTimeout(() => ends.abort(), SEND_MS_MAX);
    return fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...given, signal: ends.signal })
      .then(async (answer) => {
        // Until its last byte: a line that goes dead in the middle says nothing for ever, and who waits for it holds the lock.
        await answer.clone().arrayBuffer();
        return answer;
      })
      .finally(() => clearTimeout(timer));
  }

  /** The day as it is once `done` acts have happened: what stood there, and what this phone adds. Changes nothing. */
  function lived(body, done) {
    const posts = body.posts.map((post) => ({ ...post, crew: post.crew.map((member) => ({ ...member })) }));
    const find = (id) => posts.flatMap((post) => post.crew).find((member) => member.placement_id === id);
    const at = (act) => new Date(act.at_ms + (act.offset_ms ?? 0)).toISOString();
    const arrives = (member, act) => {
      if (member && member.state !== "done" && member.state !== "present") Object.assign(member, { state: "present", checked_in_at: at(act) });
    };
    for (const act of done) {
      const member = find(act.facts.placement_id ?? act.placement_id);
      if (act.kind === "check_in") arrives(member, act);
      if (act.kind === "undo_check_in" && member?.state === "present") Object.assign(member, { state: "accepted", checked_in_at: null });
      if (act.kind === "missing" && member?.state === "accepted") member.state = "no_show";
      const post = posts.find((one) => one.id === act.facts.post_id);
      if (act.kind === "work" && post) {
        for (const one of post.crew) if (one.state === "present") one.state = "done";
      }
      if (act.kind === "walk_in" && post && !find(act.placement_id)) {
        post.crew.push({
          placement_id: act.placement_id ?? null, given_name: act.facts.given_name, state: "present", walk_in: true,
          checked_in_at: at(act), first_day: true, under_18: false, guardian_agreed: false, waits: false, code: "",
        });
      }
      if (member && act.state === "queued") member.unsent = true;
    }
    return { ...body, posts };
  }

  // Sending

  /** The moment of an act by this phone's clock of now. Where the clock was set anew since, the day it was done on decides
      which of the two clocks was right. */
  function momentOf(act, offset_ms) {
    if (act.offset_ms === null || offset_ms === null || Math.abs(act.offset_ms - offset_ms) < CLOCK_MOVED_MS) return act.at_ms;
    const then = act.at_ms + act.offset_ms - offset_ms;
    const middle = Date.parse(`${act.day}T12:00:00Z`) - offset_ms;
    return Math.abs(then - middle) <= Math.abs(act.at_ms - middle) ? then : act.at_ms;
  }

  function batches(waiting) {
    const found = [];
    let bytes = 0;
    for (const act of waiting) {
      const size = JSON.stringify(act.facts).length;
      const last = found.at(-1);
      // A photograph goes by itself: it is heavy, and must not hold up who is here.
      const isAlone = act.kind === "photo" || last?.[0].kind === "photo";
      if (!last || isAlone || last[0].team !== act.team || last.length >= ACTS_MAX || bytes + size > BYTES_MAX) {
        found.push([act]);
        bytes = size;
      } else {
        last.push(act);
        bytes += size;
      }
    }
    return found;
  }

  /** Send one act that could not be kept here. Says "sent", "refused" or "later". */
  async function straight(account, act) {
    const whole = { ...act, account, at_ms: Date.now(), offset_ms: null };
    try {
      const answer = await post(account, [whole], await meta("csrf"));
      if (!answer.ok) return "later";
      const [result] = (await answer.json()).results;
      return result.outcome === "done" || result.outcome === "known" ? "sent" : "refused";
    } catch {
      return "later";
    }
  }

  async function post(account, batch, csrf) {
    const now_ms = Date.now();
    const offset_ms = (await meta("offset_ms")) ?? null;
    const sent = batch.map((act) => ({
      ...act.facts, id: act.id, kind: act.kind, at: new Date(momentOf(act, offset_ms)).toISOString(),
    }));
    return asked(`/captain/${batch[0].team}/acts.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf ?? "" },
      body: JSON.stringify({ account, sent_at: new Date(now_ms).toISOString(), acts: sent }),
    });
  }

  /** What became of each act, in one transaction with the days that it changed. */
  function settle(batch, results) {
    return within(["acts", "days"], "readwrite", async (store) => {
      for (const act of batch) {
        const result = results.find((one) => one.id === act.id);
        if (!result || result.outcome === "later") continue;
        if (result.outcome === "done" || result.outcome === "known") {
          // What went well in an unexpected way is told as well.
          if (result.says) await answered(store("acts").put({ ...act, state: "note", says: result.says }));
          else await answered(store("acts").delete(act.seq));
          const kept = await answered(store("days").get(keyOf(act.account, act.team, act.day)));
          const placed = { ...act, state: "done", placement_id: result.facts?.placement_id ?? act.placement_id };
          if (kept) await answered(store("days").put({ ...kept, body: lived(kept.body, [placed]), etag: "" }));
        } else {
          const { outcome, code = "", says = "" } = result;
          await answered(store("acts").put({ ...act, state: outcome, code, says }));
        }
      }
    });
  }

  const refuseAll = (batch, code, says = "") => settle(batch, batch.map(({ id }) => ({ id, outcome: "refused", code, says })));

  async function sendBatch(account, batch, isAgain = false) {
    let answer, no;
    try {
      answer = await post(account, batch, await meta("csrf"));
      if (answer.ok) {
        const { results } = await answer.json();
        await settle(batch, results);
        return results.some((one) => one.outcome === "later") ? "stuck" : "sent";
      }
      no = await words(answer);
      if (no?.csrf && !isAgain) {
        // Signed in anew since: the answer brings the token of this session.
        await within(["meta"], "readwrite", (store) => answered(store("meta").put(no.csrf, "csrf")));
        return await sendBatch(account, batch, true);
      }
    } catch {
      return "later";
    }
    // Only the site's own word takes an act out of the queue.
    if ([429, 502, 503, 504].includes(answer.status) || (!no && answer.status < 500)) return "later";
    if (answer.status === 401) return "sign_in";
    if (answer.status === 403) return "stuck";
    if (answer.status === 404) { await refuseAll(batch, "no_captain"); return "sent"; }
    // One act may spoil a request for the others, so each goes by itself.
    if (batch.length > 1) return worst(await inTurn(batch, (act) => sendBatch(account, [act])));
    if (answer.status < 500) {
      await refuseAll(batch, "unreadable", no.says);
      return "sent";
    }
    return "stuck";
  }

  /** "later": there is no line; "stuck": this act waits, others go on. */
  const worst = (said) => ["sign_in", "later", "stuck"].find((one) => said.includes(one)) ?? "sent";

  async function inTurn(things, each) {
    const said = [];
    for (const thing of things) {
      said.push(await each(thing));
      if (said.at(-1) === "sign_in" || said.at(-1) === "later") break;
    }
    return said;
  }

  /** Send what waits. Says "none", "sent", "later", "stuck", "sign_in", or "busy" where another tab is at it. */
  async function send(account) {
    if (!navigator.locks) return sendAll(account); // old browsers: the server still takes each act once
    return navigator.locks.request("dure-send", { ifAvailable: true }, (lock) => (lock ? sendAll(account) : "busy"));
  }

  async function sendAll(account) {
    const waiting = (await acts(account)).filter((act) => act.state === "queued");
    if (!waiting.length) return "none";
    const said = [];
    for (const batch of batches(waiting)) {
      said.push(await sendBatch(account, batch));
      if (said.at(-1) === "later" || said.at(-1) === "sign_in") break;
    }
    for (const place of new Set(waiting.map((act) => `${act.team} ${act.day}`))) {
      if (said.includes("sent") || said.includes("stuck")) await refresh(account, ...place.split(" "));
    }
    return worst(said);
  }

  globalThis.dureQueue = {
    add, acts, countOfOthers, putAside, keptDay, keptDays, worksHere, signedOut, refresh, lived, send, straight, meta,
  };
})();
