/* Checks a receipt in this browser: it fetches the signed state of the log, the key and a few tiles, and reckons
   itself whether the receipt's leaf stands where it says (RFC 9162 section 2.1.3.2, c2sp.org/tlog-tiles,
   c2sp.org/signed-note). The server is asked for public files alone; what you paste never leaves this page. */
"use strict";
(() => {
  const TILE_WIDTH = 256;
  const HASH_BYTES = 32;
  const RECEIPTS_MAX = 200;

  // SHA-256 (FIPS 180-4). Not WebCrypto's, which browsers withhold from pages without TLS.
  const primes = (count) => {
    const found = [];
    for (let n = 2; found.length < count; n++) if (found.every((p) => n % p)) found.push(n);
    return found;
  };
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = primes(64).map((p) => fraction(Math.cbrt(p)));
  const START = primes(8).map((p) => fraction(Math.sqrt(p)));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function sha256(bytes) {
    const length = Math.ceil((bytes.length + 9) / 64) * 64;
    const padded = new Uint8Array(length);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(length - 4, bytes.length << 3);
    const state = Int32Array.from(START);
    const w = new Int32Array(64);
    for (let at = 0; at < length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const low = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const high = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + low + w[i - 7] + high;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
    }
    const out = new DataView(new ArrayBuffer(HASH_BYTES));
    state.forEach((value, i) => out.setInt32(4 * i, value));
    return new Uint8Array(out.buffer);
  }

  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };
  const node = (left, right) => sha256(joined([1], left, right));
  const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

  class Bad extends Error {}

  async function fetched(address) {
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw new Bad(`${address}: ${answer.status}`);
    return answer;
  }

  /** The tiles of a log of `size` entries at `base`. */
  class Log {
    constructor(base, size) {
      this.base = base;
      this.size = size;
      this.held = new Map();
    }

    async tile(level, number) {
      const width = Math.min(TILE_WIDTH, Math.floor(this.size / TILE_WIDTH ** level) - number * TILE_WIDTH);
      const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.../g);
      const place = digits.map((group, i) => (i < digits.length - 1 ? `x${group}` : group)).join("/");
      const address = `${this.base}tile/${level}/${place}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
      if (!this.held.has(address)) {
        const bytes = new Uint8Array(await (await fetched(address)).arrayBuffer());
        if (bytes.length !== width * HASH_BYTES) throw new Bad(`${address}: ${bytes.length}`);
        this.held.set(address, bytes);
      }
      return this.held.get(address);
    }

    /** The hash over the entries from `low` to `high` (exclusive). */
    async subtree(low, high) {
      const count = high - low;
      const power = Math.floor(Math.log2(count));
      if (2 ** power !== count) {
        const half = 2 ** power;
        return node(await this.subtree(low, low + half), await this.subtree(low + half, high));
      }
      const level = Math.floor(power / 8);
      const first = low / TILE_WIDTH ** level;
      const tile = await this.tile(level, Math.floor(first / TILE_WIDTH));
      let hashes = [];
      for (let i = 0; i < 2 ** (power % 8); i++) {
        const at = ((first % TILE_WIDTH) + i) * HASH_BYTES;
        hashes.push(tile.slice(at, at + HASH_BYTES));
      }
      while (hashes.length > 1) {
        const above = [];
        for (let i = 0; i < hashes.length; i += 2) above.push(node(hashes[i], hashes[i + 1]));
        hashes = above;
      }
      return hashes[0];
    }

    /** The hashes beside the way from entry `index` up to the root, the lowest first. */
    async path(index, low = 0, high = this.size) {
      if (high - low === 1) return [];
      let half = 2 ** Math.floor(Math.log2(high - low));
      if (half === high - low) half /= 2;
      const middle = low + half;
      return index < middle
        ? [...(await this.path(index, low, middle)), await this.subtree(middle, high)]
        : [...(await this.path(index, middle, high)), await this.subtree(low, middle)];
    }
  }

  /** The root that `leaf` at `index` and the hashes of `path` give in a log of `size`. */
  function rootOf(leaf, index, size, path) {
    let place = index;
    let last = size - 1;
    let hash = leaf;
    for (const beside of path) {
      if (last === 0) throw new Bad("path");
      if (place % 2 === 1 || place === last) {
        hash = node(beside, hash);
        while (place % 2 === 0 && place !== 0) { place /= 2; last = Math.floor(last / 2); }
      } else {
        hash = node(hash, beside);
      }
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    if (last !== 0) throw new Bad("path");
    return hash;
  }

  /** Origin, size, root and signatures of a signed note. */
  function parsedNote(text) {
    const end = text.lastIndexOf("\n\n");
    const lines = text.slice(0, end).split("\n");
    const size = Number(lines[1]);
    if (end < 0 || lines.length < 3 || !/^(0|[1-9]\d*)$/.test(lines[1]) || !Number.isSafeInteger(size)) throw new Bad("checkpoint");
    const signatures = text.slice(end + 2).trimEnd().split("\n").map((line) => {
      const [dash, name, value] = line.split(" ");
      return dash === "—" && value ? { name, bytes: unbase64(value) } : null;
    });
    return { origin: lines[0], size, root: unbase64(lines[2]), message: text.slice(0, end + 1), signatures: signatures.filter(Boolean) };
  }

  /** "yes", "no", or "unable" where the browser knows no Ed25519. */
  async function isSigned(note, keys) {
    for (const line of keys.trim().split("\n")) {
      const [name, id, ...rest] = line.split("+");
      const raw = unbase64(rest.join("+"));
      const right = sha256(joined(new TextEncoder().encode(`${name}\n`), raw)).slice(0, 4);
      if (name !== note.origin || raw[0] !== 1 || !same(unhex(id), right)) continue;
      const mine = note.signatures.find((one) => one.name === name && same(one.bytes.slice(0, 4), right));
      if (!mine) return "no";
      let key;
      try {
        key = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
      } catch {
        return "unable";
      }
      const message = new TextEncoder().encode(note.message);
      return (await crypto.subtle.verify({ name: "Ed25519" }, key, mine.bytes.slice(4), message)) ? "yes" : "no";
    }
    return "no";
  }

  /** Receipts in what was pasted: our JSON of one or of many, or a number and a hash. */
  function receiptsIn(text) {
    let given;
    try {
      const parsed = JSON.parse(text);
      given = Array.isArray(parsed.receipts) ? parsed.receipts : [parsed];
    } catch {
      const found = text.trim().match(/^(\d+)[\s,;:]+([0-9a-fA-F]{64})$/);
      given = found ? [{ index: Number(found[1]), leaf_hash: found[2] }] : [];
    }
    const fits = (one) => one && Number.isSafeInteger(one.index) && one.index >= 0 && /^[0-9a-fA-F]{64}$/.test(one.leaf_hash);
    return given.length > 0 && given.length <= RECEIPTS_MAX && given.every(fits) ? given : null;
  }

  const form = document.getElementById("receipt-form");
  if (!form) return;
  const words = form.dataset;
  const said = document.getElementById("receipt-said");
  const say = (name, facts = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => String(facts[key]));

  function show(verdict, isGood, steps) {
    said.replaceChildren();
    const box = document.createElement("div");
    box.className = isGood ? "said" : "said error";
    const strong = document.createElement("strong");
    strong.textContent = verdict;
    const first = document.createElement("p");
    first.append(strong);
    box.append(first);
    const list = document.createElement("ul");
    for (const step of steps) {
      const item = document.createElement("li");
      item.textContent = step;
      list.append(item);
    }
    if (steps.length) box.append(list);
    said.append(box);
  }

  async function check(receipts) {
    const answer = await fetched(words.checkpoint);
    const base = answer.url.slice(0, answer.url.lastIndexOf("checkpoint"));
    const note = parsedNote(await answer.text());
    const keys = await (await fetched(words.key)).text();
    const signature = await isSigned(note, keys);
    // After a loss the log has a new name; what it kept stands in it as before.
    const names = [note.origin, ...keys.trim().split("\n").map((line) => line.split("+")[0])];
    const steps = [say(`signed${signature[0].toUpperCase()}${signature.slice(1)}`, { origin: note.origin, size: note.size.toLocaleString() })];
    const log = new Log(base, note.size);
    let good = 0;
    for (const one of receipts) {
      if (one.log !== undefined && !names.includes(one.log)) steps.push(say("elsewhere", { log: one.log, origin: note.origin }));
      else if (one.index >= note.size) steps.push(say("later", { index: one.index, size: note.size.toLocaleString() }));
      else {
        const path = await log.path(one.index);
        const holds = same(rootOf(unhex(one.leaf_hash.toLowerCase()), one.index, note.size, path), note.root);
        good += holds;
        steps.push(say(holds ? "holds" : "fails", { index: one.index, count: path.length }));
      }
    }
    const all = good === receipts.length && signature !== "no";
    show(say(all ? (signature === "yes" ? "good" : "goodUnsigned") : "bad", { good, count: receipts.length }), all, steps);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const receipts = receiptsIn(form.elements.receipt.value);
    if (!receipts) { show(say("unreadable"), false, []); return; }
    said.setAttribute("aria-busy", "true");
    check(receipts)
      .catch((error) => show(say("broken"), false, [error.message]))
      .finally(() => said.setAttribute("aria-busy", "false"));
  });
  document.getElementById("receipt-button").textContent = words.button;
  document.getElementById("receipt-lead").textContent = words.lead;
  // A link may carry a receipt behind its #, which browsers never send.
  const carried = decodeURIComponent(location.hash.slice(1));
  if (receiptsIn(carried)) form.elements.receipt.value = carried;
})();
