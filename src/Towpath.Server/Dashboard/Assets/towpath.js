// Keeps a page up to date and adds keys. Every page is complete without it.
const fragmentHeader = "Towpath-Fragment";
const main = () => document.getElementById("main");
const page = { dirty: false, busy: false, timer: 0, stopped: false };

// Words of age, as the server has them.
const span = s => s < 59.5 ? `${Math.max(0, Math.round(s))} s` : s < 3570 ? `${Math.round(s / 60)} min`
  : s < 84600 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} d`;
const ago = s => s < -5 ? `in ${span(-s)}` : s < 45 ? "just now" : `${span(s)} ago`;
function tellAges() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const at = new Date(time.dateTime);
    const words = ago((Date.now() - at) / 1000);
    if (time.textContent !== words) time.textContent = words;
    const utc = at.toISOString().slice(0, 19).replace("T", " ");
    time.title = `${at.toLocaleString()} (${utc} UTC)`;
  }
}

// Makes one tree like another and keeps what the reader has: focus, typed text, open details, scrolled places.
function morph(from, to) {
  for (const { name, value } of [...to.attributes]) if (from.getAttribute(name) !== value && !mine(from, name)) from.setAttribute(name, value);
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !mine(from, name)) from.removeAttribute(name);
  if (!from.hasAttribute("data-keep")) morphChildren(from, to);
}
const mine = (node, name) => (name === "open" && (node.localName === "details" || node.localName === "dialog")) || (name === "hidden" && node.classList.contains("scripted"));
function morphChildren(from, to) {
  const keyed = new Map([...from.children].filter(child => child.id).map(child => [child.id, child]));
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const known = wanted.id ? keyed.get(wanted.id) : at && !at.id && alike(at, wanted) ? at : null;
    if (!known) { from.insertBefore(wanted, at); continue; }
    if (known === at) at = at.nextSibling; else from.insertBefore(known, at);
    if (known.nodeType !== Node.ELEMENT_NODE) { if (known.nodeValue !== wanted.nodeValue) known.nodeValue = wanted.nodeValue; }
    else if (known.localName === "textarea") { if (known.value === known.defaultValue) known.defaultValue = wanted.defaultValue; }
    else if (known.localName === "svg" || (known.localName === "select" && known === document.activeElement)) { if (!known.isEqualNode(wanted) && known.localName === "svg") known.replaceWith(wanted); }
    else if (!known.isEqualNode(wanted)) morph(known, wanted);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.localName !== "form" || a.getAttribute("action") === b.getAttribute("action"))
  && (a.localName !== "input" || a.name === b.name);

// Fetches the part of this page that changes, at most once a second.
function refresh() {
  // An answer to a form that stands for itself, such as one to be sent on: at its address is another page.
  if ("once" in main().dataset) return;
  page.dirty = true;
  if (page.timer || page.busy || page.stopped || document.hidden) return;
  page.timer = setTimeout(fetchMain, page.soon ? 80 : 1000);
  page.soon = false;
  setTimeout(() => { page.soon = true; }, 1000);
}
async function fetchMain() {
  page.timer = 0;
  page.busy = true;
  page.dirty = false;
  try {
    const address = main().dataset.address;
    // An answer that never comes would keep the page from ever asking again.
    const answer = await fetch(address, { headers: { [fragmentHeader]: "main", Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(20000) });
    if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login")) return stop();
    if (answer.status >= 500) throw answer;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh || main().dataset.address !== address) return;
    morph(main(), fresh);
    log.catchUp(fresh.querySelector("#log"));
    document.title = `${main().dataset.title} · Towpath`;
    enhance();
  } catch { page.dirty = true; } finally {
    page.busy = false;
    if (page.dirty) setTimeout(refresh, 2000);
  }
}
function heard({ topic, subject }) {
  const shows = main().dataset.shows.split(" ");
  if (shows.includes(`${topic}:${subject}`) || shows.includes(`${topic}:*`) || (topic === "configuration" && shows.includes("configuration:"))) refresh();
}

// One stream of events for all tabs of this browser: whoever holds the lock listens and tells the others.
const tabs = new BroadcastChannel("towpath-events");
const silence = 40000;
// Not 0 at first: what changed before the stream was open is asked for once it is.
let source, watchdog, retry, tries = 1;
function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource("/api/v1/events");
  alive();
  source.addEventListener("ping", () => {
    if (tries) tell({ kind: "again" });
    tries = 0; alive();
  });
  source.addEventListener("changed", event => { alive(); tell({ kind: "changed", event: JSON.parse(event.data) }); });
  source.onerror = lost;
}
const pause = times => Math.min(30000, 500 * 2 ** times) * (.5 + Math.random() / 2);
function alive() { clearTimeout(watchdog); watchdog = setTimeout(lost, silence); }
async function lost() {
  source.close();
  clearTimeout(watchdog);
  clearTimeout(retry);
  tries++;
  const me = await fetch("/api/v1/me", { cache: "no-store", signal: AbortSignal.timeout(20000) }).catch(() => null);
  if (me?.status === 401 || page.stopped) return tell({ kind: "stopped" });
  if (tries > 2) tell({ kind: "lost" });
  retry = setTimeout(connect, pause(tries));
}
function tell(message) { tabs.postMessage(message); take(message); }
function take(message) {
  if (message.kind === "changed") heard(message.event);
  if (message.kind === "lost") notice("Connection to Towpath lost. This page shows what was so until then; trying again…");
  if (message.kind === "again") { notice(""); refresh(); }
  if (message.kind === "stopped") stop();
}
function stop() {
  page.stopped = true;
  source?.close();
  log.source?.close();
  clearTimeout(watchdog);
  clearTimeout(retry);
  const link = Object.assign(document.createElement("a"), { href: `/login?to=${encodeURIComponent(main().dataset.address)}`, textContent: "Log in again" });
  notice("You are logged out, so this page no longer changes. ", link);
}
function notice(...what) {
  const place = document.getElementById("connection");
  if (page.stopped && !what[1]) return;
  place.replaceChildren(...what);
  place.hidden = !what[0];
}
function live() {
  tabs.onmessage = event => take(event.data);
  navigator.locks.request("towpath-events", () => new Promise(connect));
  setTimeout(() => { if (!source) refresh(); }, 300);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return log.pause();
    tellAges();
    if (source && source.readyState === EventSource.CLOSED && !page.stopped) { tries = 1; connect(); }
    refresh();
    log.start();
  });
}

// The log of a deployment: lines are added at the end; who scrolls up stays there until they ask to follow.
const log = {
  following: true,
  get box() { return document.getElementById("log"); },
  start() {
    const { box } = this;
    if (!box?.dataset.stream || this.source || page.stopped || document.hidden) return;
    const last = box.lastElementChild?.id.slice(1) ?? box.dataset.last;
    this.source = new EventSource(`${box.dataset.stream}?after=${last}`);
    this.alive();
    this.source.addEventListener("ping", () => this.alive());
    this.source.addEventListener("line", event => { this.tries = 0; this.alive(); this.add(JSON.parse(event.data)); });
    this.source.addEventListener("end", () => { this.pause(); this.ended = true; refresh(); });
    this.source.onerror = () => this.again();
  },
  alive() { clearTimeout(this.watchdog); this.watchdog = setTimeout(() => this.again(), silence); },
  again() {
    this.pause();
    this.tries = (this.tries ?? 0) + 1;
    this.retry = setTimeout(() => { if (!this.ended) this.start(); }, pause(this.tries));
  },
  pause() { this.source?.close(); this.source = null; clearTimeout(this.watchdog); clearTimeout(this.retry); },
  add({ sequence, at, step, text }) {
    const { box } = this;
    if (document.getElementById(`L${sequence}`)) return;
    const line = document.createElement("div");
    const window = Number(box.dataset.window);
    const number = Object.assign(document.createElement("a"), { href: `${location.pathname}?from=${Math.floor((sequence - 1) / window) * window + 1}#L${sequence}`, tabIndex: -1 });
    number.setAttribute("aria-label", `line ${sequence}`);
    number.dataset.n = sequence;
    const stepName = Object.assign(document.createElement("span"), { className: "step", title: at });
    stepName.dataset.step = step;
    line.id = `L${sequence}`;
    line.append(number, stepName, Object.assign(document.createElement("span"), { className: "text", textContent: text }));
    this.errors ??= new RegExp(box.dataset.errors, "i");
    if (!box.querySelector(".first-error") && this.errors.test(text)) line.className = "first-error";
    box.append(line);
    while (box.childElementCount > 5 * window) box.firstElementChild.remove();
    if (this.following) box.scrollTop = box.scrollHeight;
  },
  // A deployment that ended while nobody listened has no stream any more: what is missing stands in the page that was fetched.
  catchUp(fresh) {
    const { box } = this;
    if (!box || !fresh || box.dataset.stream) return;
    const last = Number(box.lastElementChild?.id.slice(1) ?? 0);
    for (const line of [...fresh.children]) {
      if (Number(line.id.slice(1)) <= last) continue;
      if (box.querySelector(".first-error")) line.classList.remove("first-error");
      box.append(line);
    }
    if (this.following) box.scrollTop = box.scrollHeight;
  },
  prepare() {
    const { box } = this;
    const button = document.querySelector("[data-follow-button]");
    if (!box || !button) return;
    if (!box.dataset.stream) { this.pause(); button.hidden = true; return; }
    if (!this.ready) {
      this.ready = true;
      this.following = !location.hash;
      if (this.following) box.scrollTop = box.scrollHeight;
      box.addEventListener("scroll", () => {
        this.following = box.scrollTop + box.clientHeight >= box.scrollHeight - 24;
        document.querySelector("[data-follow-button]").hidden = this.following || !box.dataset.stream;
      }, { passive: true });
    }
    this.start();
  },
};

// Keys.
const typing = node => node.closest?.("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const filter = document.getElementById("filter");
  if (event.target === filter && event.key === "ArrowDown") return go(event, document.querySelector("[data-cell]"));
  if (event.key === "Escape" && event.target.closest?.("details.menu[open]")) event.target.closest("details").open = false;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && filter) { go(event, filter); filter.select(); }
  else if (event.key === "?") { event.preventDefault(); document.getElementById("help").showModal(); }
  else if (event.key === "b") location.assign("/");
  else if (event.key.startsWith("Arrow") && event.target.closest?.("[data-cell]")) go(event, next(event.target.closest("[data-cell]"), event.key));
});
function go(event, target) { if (target) { event.preventDefault(); target.focus(); } }
function next(cell, key) {
  const place = cell.closest("th, td");
  const row = place.parentElement;
  const inPlace = [...place.querySelectorAll("[data-cell]")];
  const at = inPlace.indexOf(cell);
  const first = (around, last) => { const all = around?.querySelectorAll("[data-cell]"); return all?.[last ? all.length - 1 : 0]; };
  const walk = (node, step) => { let other = node[step]; while (other && !first(other)) other = other[step]; return other; };
  if (key === "ArrowLeft") return first(walk(place, "previousElementSibling"));
  if (key === "ArrowRight") return first(walk(place, "nextElementSibling"));
  if (key === "ArrowDown") return inPlace[at + 1] ?? inRow(row.nextElementSibling, place.cellIndex, false);
  return inPlace[at - 1] ?? inRow(row.previousElementSibling, place.cellIndex, true);
  function inRow(other, index, last) { return other && (first(other.cells[index], last) ?? first(other)); }
}
document.addEventListener("click", event => {
  const target = event.target.closest("button");
  if (target?.matches("[data-help]")) document.getElementById("help").showModal();
  if (target?.matches("[data-follow-button]")) { log.following = true; log.box.scrollTop = log.box.scrollHeight; target.hidden = true; }
  if (target?.matches("[data-copy]")) navigator.clipboard?.writeText(target.dataset.copy).then(() => { target.textContent = "copied"; });
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
// A form that is on its way is not sent twice.
document.addEventListener("submit", event => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 5000);
});
function enhance() {
  tellAges();
  for (const button of document.querySelectorAll("[data-help], [data-copy]")) button.hidden = false;
  log.prepare();
}

enhance();
setInterval(tellAges, 15000);
page.soon = true;
if (document.body.dataset.user) live();
