// The page: who looks at it, which part is shown, and what the stream of changes tells.

import { ask, at, get, post } from "./api.js";
import { element, plain } from "./format.js";
import { JobList, ListView } from "./list.js";
import { connect } from "./stream.js";
import { languages, setLanguage, t } from "./text.js";

const part = (id) => document.getElementById(id);
const statuses = ["running", "queued", "finished"];
const lists = Object.fromEntries(statuses.map((status) => [status, new JobList(status)]));

let session = null;
let view = null;
/** Counts up with each part that is shown: one that is loaded too late is not. */
let routes = 0;
let stream = null;
let given = null;
/** Changes that come while the lists are read: they are newer than what is read. */
let held = null;
let retry = null;
let retrySeconds = 1;

const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const store = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It counts for this page alone, then.
  }
};

const actions = {
  may: (scope) => session?.scopes.includes(scope) ?? false,
  cancel: (id) => attempt(() => post(`${id}/cancel`)),
  again: (job) => {
    given = job;
    location.hash = "#/new";
  },
};

async function attempt(act) {
  try {
    await act();
    say("");
  } catch (error) {
    say(error.status === 0 ? t("offline") : plain(error.message));
  }
}

// --- What is said above everything

let isPaused = false;
let isDraining = false;
let problem = "";

function say(text) {
  problem = text;
  drawBanner();
}

function drawBanner() {
  const children = [];
  const text = problem || (isDraining ? t("draining") : isPaused ? t("paused") : "");
  if (text) children.push(element("span", {}, text));
  if (!problem && isPaused && actions.may("operate")) {
    children.push(
      element("button", { type: "button", onclick: () => queue("resume") }, t("resume")));
  }
  const banner = part("banner");
  banner.replaceChildren(...children);
  banner.hidden = children.length === 0;
}

const queue = (verb) => attempt(async () => {
  takeQueue(await (await post(`queue/${verb}`)).json());
});

function takeQueue(status) {
  isPaused = status.paused;
  isDraining = status.draining;
  drawBanner();
  const pause = part("pause");
  if (pause) pause.hidden = isPaused || isDraining;
}

async function readQueue() {
  if (!actions.may("operate")) return;
  try {
    takeQueue(await get("queue"));
  } catch {
    // The stream says that the service is away.
  }
}

// --- Which part is shown

function drawTabs() {
  const here = location.hash.split("/")[1] || "running";
  const tabs = statuses.map((status) => {
    const { jobs, isWhole } = lists[status];
    const count = jobs.length > 0 ? ` (${jobs.length}${isWhole ? "" : "+"})` : "";
    return element("a", { href: `#/${status}`, "aria-current": here === status ? "page" : null },
      t(status) + count);
  });
  if (actions.may("submit")) {
    tabs.push(element("a", { href: "#/new", "aria-current": here === "new" ? "page" : null },
      t("newJob")));
  }
  tabs.push(element("a", { href: "#/figures",
    "aria-current": here === "figures" ? "page" : null }, t("figures")));
  if (actions.may("operate")) {
    tabs.push(element("button", { type: "button", id: "pause", hidden: isPaused || isDraining,
      onclick: () => queue("pause") }, t("pause")));
  }
  const nav = part("tabs");
  const old = [...nav.children];
  // The same links keep the focus.
  if (old.length === tabs.length) {
    tabs.forEach((tab, index) => {
      if (old[index].textContent !== tab.textContent) old[index].textContent = tab.textContent;
      if (tab.hasAttribute("aria-current")) old[index].setAttribute("aria-current", "page");
      else old[index].removeAttribute("aria-current");
    });
  } else {
    nav.replaceChildren(...tabs);
  }
  nav.setAttribute("aria-label", t("sections"));
  nav.hidden = !session;
}

for (const list of Object.values(lists)) list.onRead = () => drawTabsSoon();

let tabsDue = false;

function drawTabsSoon() {
  if (tabsDue) return;
  tabsDue = true;
  requestAnimationFrame(() => {
    tabsDue = false;
    drawTabs();
  });
}

/** What the lists do not need, loaded when it is wanted, or once the lists are there. */
const parts = {
  job: () => import("./job.js"), new: () => import("./form.js"),
  figures: () => import("./figures.js"),
};

async function route() {
  if (!session) return;
  const number = ++routes;
  const [, name, id] = location.hash.split("/");
  const isLoaded = name === "job" ? /^[0-9a-f]{40}$/.test(id ?? "")
    : name === "new" ? actions.may("submit") : name === "figures";
  let loaded = null;
  if (isLoaded) {
    try {
      loaded = await parts[name]();
    } catch {
      return say(t("offline"));
    }
  }
  if (number !== routes || !session) return;
  view?.close();
  if (!loaded) view = new ListView(lists[statuses.includes(name) ? name : "running"], actions);
  else if (name === "job") view = new loaded.JobView(id, actions);
  else if (name === "new") view = new loaded.FormView(given);
  else view = new loaded.FiguresView(actions);
  given = null;
  part("main").replaceChildren(view.root);
  document.title = `http-runner – ${view.root.querySelector("h2")?.textContent
    ?? t(statuses.includes(name) ? name : "running")}`;
  drawTabs();
  view.open?.();
  view.schedule?.();
}

// --- Who looks at it

function drawAccount() {
  const children = [];
  if (session && session.evidence !== "address") {
    const name = plain(session.principal, 80);
    children.push(element("span", { class: "who" }, t("you", { name })));
  }
  if (session?.evidence === "session") {
    children.push(element("button", { type: "button", onclick: logOut }, t("logOut")));
  }
  part("account").replaceChildren(...children);
}

async function logOut() {
  await attempt(() => post("logout"));
  stream?.close();
  showLogin();
}

function showLogin(text = "") {
  session = null;
  routes += 1;
  view?.close();
  view = null;
  drawAccount();
  drawTabs();
  isPaused = isDraining = false;
  say("");
  part("connection").textContent = "";
  const token = element("input", { type: "password", name: "token", id: "token", required: true,
    autocomplete: "current-password" });
  const note = element("p", { class: "problem", role: "alert" }, text);
  const form = element("form", { class: "login", onsubmit: async (event) => {
    event.preventDefault();
    try {
      await ask("POST", "login", { body: { token: token.value } });
      start();
    } catch (error) {
      note.textContent = error.status === 404 ? t("noLogin")
        : error.status === 0 ? t("offline") : plain(error.message);
      token.value = "";
      token.focus();
    }
  } }, element("h2", {}, t("logIn")),
  // For what keeps passwords: a token has no name beside it.
  element("input", { type: "text", autocomplete: "username", value: "token", hidden: true }),
  element("label", { for: "token" }, t("token")), token, note,
  element("button", { class: "main" }, t("logIn")),
  element("p", { class: "hint" }, t("tokenHint")));
  part("main").replaceChildren(form);
  token.focus();
}

// --- What the stream tells

function showState(state) {
  part("connection").textContent = state === "open" ? t("live") : t("connecting");
  part("connection").className = state;
}

function tell({ kind, state, data }) {
  if (kind === "state") {
    showState(state);
    if (state === "closed" && session) again();
    if (state === "open") retrySeconds = 1;
    return;
  }
  if (kind === "hello") {
    const isOther = session?.principal !== data.principal;
    session = data;
    drawAccount();
    if (isOther) route();
    if (!data.resumed || isOther) readAll().then(loadParts);
    return;
  }
  if (held) held.push({ kind, data });
  else apply(kind, data);
}

function apply(kind, data) {
  if (kind === "job") {
    for (const list of Object.values(lists)) list.put(data);
    // Why others wait may have changed with it.
    scheduleQueue();
  } else if (kind === "progress") {
    const job = lists.running.get(data.id);
    if (job) {
      job.progress = data.progress;
      lists.running.onChange();
    }
  } else if (kind === "gone") {
    for (const list of Object.values(lists)) list.remove(data.id);
  }
  view?.tell?.(kind, data);
  drawTabsSoon();
}

async function readAll() {
  held ??= [];
  try {
    await Promise.all(Object.values(lists).map((list) => list.reload()));
    await readQueue();
  } catch (error) {
    if (error.status === 401) return showLogin();
  } finally {
    const changes = held ?? [];
    held = null;
    for (const { kind, data } of changes) apply(kind, data);
  }
  drawTabs();
}

/** Loads what no list needs, so that it is there when it is wanted, also without the service. */
function loadParts() {
  for (const load of Object.values(parts)) load().catch(() => {});
}

let queueTimer = null;

/** Reads the queue after changes, once in two seconds at most. */
function scheduleQueue() {
  queueTimer ??= setTimeout(async () => {
    queueTimer = null;
    if (document.hidden) return;
    await readQueue();
  }, 2000);
}

/** The stream was refused or could not be had: why, and when to try again. */
function again() {
  clearTimeout(retry);
  retry = setTimeout(start, 1000 * retrySeconds);
  retrySeconds = Math.min(30, 2 * retrySeconds);
}

async function start() {
  clearTimeout(retry);
  if (document.hidden && session) return again();
  try {
    await get("jobs?limit=1");
  } catch (error) {
    if (error.status === 401) return showLogin();
    if (error.status === 403) return showLogin(t("mayNotRead"));
    say(t("offline"));
    return again();
  }
  say("");
  stream ??= connect(at("events"), tell);
  stream.open();
}

// --- The page itself

function drawFrame() {
  part("language").setAttribute("aria-label", t("language"));
  const theme = part("theme");
  theme.setAttribute("aria-label", t("theme"));
  theme.replaceChildren(...[["", "themeAuto"], ["light", "themeLight"], ["dark", "themeDark"]].map(
    ([value, name]) => element("option", { value }, t(name))));
  theme.value = document.documentElement.dataset.theme ?? "";
}

function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
}

setTheme(stored("theme"));
setLanguage(stored("language")
  ?? navigator.languages.map((name) => name.slice(0, 2)).find((name) => languages.includes(name))
  ?? "en");
part("language").value = document.documentElement.lang;
part("language").addEventListener("change", (event) => {
  setLanguage(event.target.value);
  store("language", event.target.value);
  drawFrame();
  if (!session) return showLogin();
  part("tabs").replaceChildren();
  drawAccount();
  drawBanner();
  route();
});
part("theme").addEventListener("change", (event) => {
  setTheme(event.target.value);
  store("theme", event.target.value);
});
drawFrame();
addEventListener("hashchange", async () => {
  await route();
  part("main").focus({ preventScroll: true });
});
// Times go on while nothing is told.
setInterval(() => !document.hidden && view?.schedule?.(), 1000);
// A page that the browser keeps for "back" holds no connection.
addEventListener("pagehide", () => {
  stream?.leave();
  stream = null;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) start();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && retry && part("connection").className !== "open") start();
});
start();
