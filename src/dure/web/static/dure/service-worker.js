// One worker for the whole site: it shows what the site pushes, and keeps a captain's pages for where there is no signal.
// Acts are kept by captain/queue.js in IndexedDB, which no version of this file ever empties.
"use strict";

importScripts("/static/dure/captain/queue.js");

// The site puts the digest of its files here (dure.web.captain.kept_files).
const VERSION = "as written";
const FILES = `dure-files-${VERSION}`;
// Pages outlive a version: without them a captain would stand in a field with a new program and no page.
const PAGES = "dure-captain-pages";
const KEPT = [
  "/static/dure/dure.css", "/static/dure/mark.svg",
  ...["crew", "queue", "board", "bar", "forms", "scan", "photo", "words"].map((name) => `/static/dure/captain/${name}.js`),
];
const PAGE_MS_MAX = 6_000;
const FILE_MS_MAX = 3_000;
const KEEP_MS_MAX = 45_000;
const SLOW_MS = 30_000;
let slowUntil_ms = 0;

// Whoever has a captain's pages here needs their files: without them the old version goes on, and this one is tried later.
self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    if (await caches.has(PAGES)) await keepAll();
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("dure-files-") && name !== FILES) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

/** Fetch every file a captain's page needs, and the pages kept by an older version anew. */
async function keepAll(more = []) {
  const files = await caches.open(FILES);
  await Promise.all([...KEPT, ...more].map((path) => keepFile(files, path)));
  const pages = await caches.open(PAGES);
  for (const { url } of await pages.keys()) await keepPage(pages, url);
}

async function keepFile(files, path) {
  const answer = await within(fetch(path, { cache: "no-cache" }), KEEP_MS_MAX);
  if (answer.ok) await files.put(path, answer);
}

async function keepPage(pages, url) {
  const answer = await within(fetch(url, { credentials: "same-origin", redirect: "manual" }), KEEP_MS_MAX);
  if (answer.ok) await pages.put(url, answer);
}

/** A captain's page is open: have what it needs where there is no signal, but fetch nothing twice. */
async function keep({ page, more }) {
  const files = await caches.open(FILES);
  for (const path of [...KEPT, ...more]) {
    if (!(await files.match(path))) await keepFile(files, path);
  }
  const pages = await caches.open(PAGES);
  if (!(await pages.match(page))) await keepPage(pages, page);
}

const isPage = (path) => /^\/captain\/(\d+\/|badge\/[^/]+\/)?$/.test(path);
const isTeam = (path) => /^\/captain\/\d+\/$/.test(path);
const isFile = (path) => path.startsWith("/static/dure/") && !path.startsWith("/static/dure/outlines/");

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname === "/account/logout/") event.respondWith(signOut(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate" && isPage(address.pathname)) event.respondWith(page(event, address));
  else if (isFile(address.pathname)) event.respondWith(file(request, address));
});

const soon = (request, ms) => within(fetch(request), Date.now() < slowUntil_ms ? Math.min(ms, 1_000) : ms);

/** The answer once all of it is here: a line that goes dead in the middle of it is as good as none. */
function within(answered, ms) {
  return new Promise((done, broken) => {
    const timer = setTimeout(() => broken(new Error("slow")), ms);
    const whole = async (answer) => { await answer.clone().arrayBuffer(); return answer; };
    answered.then(whole).then(done, broken).finally(() => clearTimeout(timer));
  });
}

/** A captain's page from the network, else as it was kept; its day comes from IndexedDB. */
async function page(event, address) {
  const known = await keptPage(address.pathname);
  try {
    const answer = await (known ? soon(event.request, PAGE_MS_MAX) : fetch(event.request));
    if (answer.ok && !address.pathname.includes("/badge/")) {
      const copy = answer.clone();
      event.waitUntil(caches.open(PAGES).then((pages) => pages.put(address.pathname, copy)).catch(() => {}));
    }
    if (known && isTeam(address.pathname) && (answer.status === 403 || answer.status === 404)) event.waitUntil(leave(address.pathname));
    // A server that is broken or full is as good as none.
    if (answer.status < 500 || !known) return answer;
  } catch (error) {
    if (!known) throw error;
  }
  slowUntil_ms = Date.now() + SLOW_MS;
  return known;
}

/** Whoever leads the team no more: its page goes, and what they did while they led it is sent from here. */
async function leave(path) {
  await (await caches.open(PAGES)).delete(path);
  await sendWaiting().catch(() => {});
}

async function keptPage(path) {
  if (!(await caches.has(PAGES))) return undefined;
  const pages = await caches.open(PAGES);
  const found = await pages.match(path);
  if (found || isTeam(path)) return found;
  // With one team its page comes at once, and a badge that the phone's own camera read is taken to it.
  const team = (await pages.keys()).map((one) => new URL(one.url)).find((one) => isTeam(one.pathname));
  const badge = path.match(/^\/captain\/badge\/([^/]+)\/$/);
  return team && Response.redirect(badge ? `${team.href}?badge=${badge[1]}` : team.href);
}

async function file(request, address) {
  if (!(await caches.has(FILES))) return fetch(request);
  const files = await caches.open(FILES);
  const known = await files.match(address.pathname);
  try {
    const answer = await (known ? soon(request, FILE_MS_MAX) : fetch(request));
    if (answer.ok && known) await files.put(address.pathname, answer.clone()).catch(() => {});
    if (answer.status < 500 || !known) return answer;
  } catch (error) {
    if (!known) throw error;
  }
  return known;
}

/** Whoever signs out takes their crew's names along; what they did not send yet stays, for them alone. */
async function signOut(request) {
  const answer = await fetch(request);
  await caches.delete(PAGES);
  await self.dureQueue.signedOut().catch(() => {});
  return answer;
}

self.addEventListener("message", (event) => {
  if (event.data?.kind === "keep") event.waitUntil(keep(event.data).catch(() => {}));
  if (event.data?.kind === "forget") event.waitUntil(caches.delete(PAGES));
});

// Where the browser has Background Sync, what waits is sent also after the page was closed.
self.addEventListener("sync", (event) => {
  if (event.tag === "dure-acts") event.waitUntil(sendWaiting());
});

async function sendWaiting() {
  const account = await self.dureQueue.meta("account");
  if (account === undefined) return;
  const said = await self.dureQueue.send(account);
  for (const client of await self.clients.matchAll()) client.postMessage({ kind: "sent" });
  if (said === "later" || said === "stuck") throw new Error("the browser tries again later");
}

self.addEventListener("push", (event) => {
  let news = {};
  try {
    news = event.data.json();
  } catch {
    // An empty push: there is news, and the page says what.
  }
  const shown = { body: news.body || "", data: { link: news.link || "/" }, icon: "/static/dure/mark.svg" };
  event.waitUntil(self.registration.showNotification(news.title || "Dure", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link, self.location.origin);
  // Only pages of this site are opened, whatever a message says.
  if (link.origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(link.href));
  }
});
