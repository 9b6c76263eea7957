// Lists of jobs: what is known of them, and the rows that are in sight.

import { get } from "./api.js";
import { argumentsText, baseName, duration, element, isSuccess, outcomeText, progressText,
  secondsBetween, time, waitText } from "./format.js";
import { t } from "./text.js";

const pageSize = 200;

/** What a row shows of a job: of a hundred thousand no more is kept. */
const slim = (job) => ({
  id: job.id, command: job.command, shown: argumentsText(job, 160), status: job.status,
  code: job.code, outcome: job.outcome, signal: job.signalName ?? job.signal, short: job.short,
  unfinished: job.unfinished, succeeded: job.succeeded, frozen: job.frozen, waiting: job.waiting,
  heldUntil: job.heldUntil, createdAt: job.createdAt, startedAt: job.startedAt,
  finishedAt: job.finishedAt, progress: job.status === "running" ? job.progress : undefined,
});

/** The jobs of one state, newest first, as far as they were read. */
export class JobList {
  jobs = [];
  isWhole = false;
  isLoading = false;
  onChange = () => {};
  /** Called when another page was read. */
  onRead = () => {};
  #byID = new Map();
  #next = null;
  #generation = 0;

  constructor(status) {
    this.status = status;
  }

  get(id) {
    return this.#byID.get(id);
  }

  /** Forgets all, and reads the first page. */
  async reload() {
    const generation = ++this.#generation;
    this.isLoading = true;
    try {
      const page = await get(`jobs?status=${this.status}&limit=${pageSize}`);
      if (generation !== this.#generation) return;
      this.jobs = [];
      this.#byID.clear();
      this.#take(page);
    } finally {
      if (generation === this.#generation) this.isLoading = false;
    }
    this.onChange();
  }

  /** Reads the next page, unless there is none or one is on its way. */
  async more() {
    if (this.isWhole || this.isLoading || !this.#next) return;
    const generation = this.#generation;
    this.isLoading = true;
    try {
      const page = await get(`jobs?status=${this.status}&limit=${pageSize}&after=${this.#next}`);
      if (generation === this.#generation) this.#take(page);
    } catch (error) {
      // The cursor was forgotten in between: begin anew.
      if (error.status === 400 || error.status === 404) return void this.reload();
    } finally {
      if (generation === this.#generation) this.isLoading = false;
    }
    this.onChange();
    this.onRead();
  }

  #take(page) {
    for (const job of page.jobs) {
      if (this.#byID.has(job.id)) continue;
      const kept = slim(job);
      this.jobs.push(kept);
      this.#byID.set(kept.id, kept);
    }
    this.#next = page.next;
    this.isWhole = page.next === null;
  }

  /** A change of a job: it comes, is another one, or leaves this list. */
  put(job) {
    const old = this.#byID.get(job.id);
    if (job.status !== this.status) return this.remove(job.id);
    const kept = slim(job);
    if (old) {
      Object.assign(old, kept);
    } else {
      const index = this.#indexFor(kept);
      // Older than all that was read: it comes with its page.
      if (index === this.jobs.length && !this.isWhole) return;
      this.jobs.splice(index, 0, kept);
      this.#byID.set(kept.id, kept);
    }
    this.onChange();
  }

  remove(id) {
    if (!this.#byID.delete(id)) return;
    this.jobs.splice(this.jobs.findIndex((job) => job.id === id), 1);
    this.onChange();
  }

  #indexFor(job) {
    let [low, high] = [0, this.jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.jobs[middle].createdAt > job.createdAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Shows a `JobList` in an element that scrolls: only the rows in sight are there. */
export class ListView {
  #rows = new Map();
  #isDue = false;

  constructor(list, actions) {
    this.list = list;
    this.actions = actions;
    this.rowHeight = list.status === "running" ? 104 : 64;
    this.items = element("ul", { class: `rows ${list.status}` });
    this.note = element("p", { class: "note", role: "status" });
    this.root = element("div", { class: "scroller", tabindex: "0", role: "region",
      "aria-label": t(list.status) }, this.items, this.note);
    this.root.addEventListener("scroll", () => this.schedule(), { passive: true });
    list.onChange = () => this.schedule();
    this.schedule();
  }

  close() {
    this.list.onChange = () => {};
  }

  /** Draws with the next frame, once for all changes until then. */
  schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.draw();
    });
  }

  draw() {
    const { jobs, isWhole, isLoading, status } = this.list;
    this.items.style.height = `${jobs.length * this.rowHeight}px`;
    const top = this.root.scrollTop;
    const first = Math.max(0, Math.floor(top / this.rowHeight) - 5);
    const end = Math.min(
      jobs.length, Math.ceil((top + this.root.clientHeight) / this.rowHeight) + 5);
    const seen = new Set();
    for (let index = first; index < end; index += 1) {
      const job = jobs[index];
      seen.add(job.id);
      let row = this.#rows.get(job.id);
      if (!row) {
        row = new Row(job, this.actions);
        this.#rows.set(job.id, row);
        this.items.append(row.root);
      }
      row.place(index, isWhole ? jobs.length : -1, index * this.rowHeight, this.rowHeight);
      row.draw(job);
    }
    for (const [id, row] of this.#rows) {
      if (seen.has(id)) continue;
      row.root.remove();
      this.#rows.delete(id);
    }
    const text = jobs.length > 0 ? "" : t(isLoading || !isWhole ? "loading" : `none_${status}`);
    if (this.note.textContent !== text) this.note.textContent = text;
    if (end > jobs.length - 100 && !isWhole && !isLoading) this.list.more();
  }
}

/** One row. */
class Row {
  constructor(job, actions) {
    this.mark = element("span", { class: "mark", "aria-hidden": "true" });
    this.name = element("bdi", { class: "name" }, baseName(job.command));
    this.args = element("bdi", { class: "args" }, job.shown);
    this.meta = element("span", { class: "meta" });
    this.link = element("a", { href: `#/job/${job.id}` },
      this.mark, this.name, this.args, this.meta);
    this.root = element("li", { class: "row", "data-id": job.id }, this.link);
    if (job.status === "running") {
      this.bar = element("progress", { max: 1, "aria-label": t("progress") });
      this.root.append(this.bar);
    }
    if (job.status !== "finished" && actions.may("cancel")) {
      this.root.append(sureButton(t("cancel"), t("cancelSure"), () => actions.cancel(job.id)));
    }
  }

  place(index, size, top, height) {
    this.root.setAttribute("aria-posinset", index + 1);
    this.root.setAttribute("aria-setsize", size);
    this.root.style.transform = `translateY(${top}px)`;
    this.root.style.height = `${height}px`;
  }

  draw(job) {
    const meta = describe(job);
    if (this.meta.textContent !== meta) this.meta.textContent = meta;
    this.mark.className = `mark ${kindOf(job)}`;
    if (this.bar) setBar(this.bar, job.progress);
  }
}

/** The colour of a job. */
export function kindOf(job) {
  if (job.status !== "finished") return job.frozen ? "frozen" : job.status;
  return isSuccess(job) ? "good" : job.outcome === "cancelled" ? "stopped" : "bad";
}

/** What is to be said of a job in a line. */
export function describe(job) {
  if (job.status === "queued") {
    return [t("queued"), waitText(job), time(job.createdAt)].filter(Boolean).join(" · ");
  }
  if (job.status === "running") {
    const elapsed = duration(secondsBetween(job.startedAt, Date.now()));
    return [job.frozen ? t("frozen") : `${t("elapsed")} ${elapsed}`,
      job.progress ? progressText(job.progress) : ""].filter(Boolean).join(" · ");
  }
  const took = job.startedAt ? duration(secondsBetween(job.startedAt, job.finishedAt)) : "";
  return [outcomeText(job), took, time(job.finishedAt)].filter(Boolean).join(" · ");
}

/** Sets a bar, or shows that it is not known how far it is. */
export function setBar(bar, progress) {
  const fraction = progress?.fraction;
  if (Number.isFinite(fraction)) bar.value = fraction;
  else bar.removeAttribute("value");
}

/** A button that asks once more before it does something. */
export function sureButton(text, question, act) {
  const button = element("button", { type: "button" }, text);
  let timer = null;
  const reset = () => {
    clearTimeout(timer);
    timer = null;
    button.textContent = text;
    button.classList.remove("sure");
  };
  button.addEventListener("click", () => {
    if (timer === null) {
      button.textContent = question;
      button.classList.add("sure");
      timer = setTimeout(reset, 5000);
    } else {
      reset();
      act();
    }
  });
  button.addEventListener("blur", () => timer !== null && reset());
  return button;
}
