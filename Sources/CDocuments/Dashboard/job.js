// One job: what it is, how far it is, what it wrote, and what can be done with it.

import { ask, at, get, post } from "./api.js";
import { argumentsText, bytes, duration, element, number, outcomeText, plain, progressText,
  secondsBetween, time, waitText } from "./format.js";
import { describe, kindOf, setBar, sureButton } from "./list.js";
import { LogView } from "./log.js";
import { t } from "./text.js";

const samplesMax = 600;
const usageMilliseconds = 2000;

/** A small plot of one value over time. */
class Plot {
  #samples = [];

  constructor(title, top, shown = (value) => number(value, 2)) {
    this.top = top;
    this.title = title;
    this.shown = shown;
    const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
    this.line = svg("polyline");
    const image = svg("svg");
    image.setAttribute("viewBox", "0 0 240 60");
    image.setAttribute("preserveAspectRatio", "none");
    image.setAttribute("role", "img");
    this.image = image;
    image.append(this.line);
    this.caption = element("figcaption", {}, title);
    this.root = element("figure", { class: "plot", hidden: true }, this.caption, image);
  }

  add(value, now = Date.now()) {
    if (!Number.isFinite(value)) return;
    this.#samples.push({ value, now });
    if (this.#samples.length > samplesMax) this.#samples.shift();
    if (this.#samples.length < 2) return;
    this.root.hidden = false;
    const [first, last] = [this.#samples[0].now, now];
    const top = this.top ?? Math.max(...this.#samples.map((sample) => sample.value), 1e-9);
    const points = this.#samples.map((sample) => [
      (240 * (sample.now - first) / Math.max(1, last - first)).toFixed(1),
      (59 - 58 * Math.min(1, sample.value / top)).toFixed(1)].join(","));
    this.line.setAttribute("points", points.join(" "));
    this.caption.textContent = `${this.title}: ${this.shown(value)}`;
    this.image.setAttribute("aria-label", this.caption.textContent);
  }
}

/** A call of a command as its name and fields. */
function callText({ command, ...fields }) {
  return [plain(command), ...Object.entries(fields)
    .map(([name, value]) => `${plain(name)}: ${plain(value)}`)].join(" · ");
}

export class JobView {
  #isDue = false;
  #log = null;

  constructor(id, actions) {
    this.id = id;
    this.actions = actions;
    this.title = element("h2", { tabindex: "-1" }, t("job", { id: id.slice(0, 8) }));
    this.state = element("p", { class: "state", role: "status" });
    this.bar = element("progress", { max: 1, "aria-label": t("progress"), hidden: true });
    this.told = element("p", { class: "told" });
    this.buttons = element("div", { class: "buttons" });
    this.made = new Map();
    this.facts = element("dl", { class: "facts" });
    this.files = element("section", { hidden: true });
    this.plots = [new Plot(t("progressPlot"), 1, (value) => `${Math.floor(value * 100)} %`),
      new Plot(t("speedPlot")), new Plot(t("processorPlot")), new Plot(t("memoryPlot"), undefined,
        (value) => bytes(value))];
    this.problem = element("p", { class: "problem", role: "alert" });
    this.output = element("div");
    this.root = element("article", { class: "job" }, this.title, this.state, this.bar, this.told,
      this.problem, this.buttons, element("div", { class: "plots" },
        ...this.plots.map((plot) => plot.root)),
      this.output, this.files, this.facts);
    this.clock = setInterval(() => this.#tick(), 1000);
    this.meter = setInterval(() => this.#measure(), usageMilliseconds);
  }

  async open() {
    await this.#read();
  }

  close() {
    clearInterval(this.clock);
    clearInterval(this.meter);
    this.#log?.close();
  }

  async #read() {
    try {
      this.#show(await get(`${this.id}?output=0`));
    } catch (error) {
      this.problem.textContent =
        error.status === 404 ? t("gone") : error.status === 0 ? t("offline") : plain(error.message);
    }
  }

  /** A change of any job. */
  tell(kind, data) {
    if (data.id !== this.id) return;
    if (kind === "gone") this.problem.textContent = t("gone");
    else if (kind === "progress" && this.job) this.#showProgress(data.progress);
    else if (kind === "job" && !this.#isDue) {
      // What lists do not show is read: not more often than it changes.
      this.#isDue = true;
      setTimeout(() => {
        this.#isDue = false;
        this.#read();
      }, 50);
    }
  }

  #tick() {
    if (this.job?.status !== "running") return;
    this.state.textContent = describe({ ...this.job, progress: null });
  }

  /** Processors in use since the last look, and memory now. */
  async #measure() {
    if (this.job?.status !== "running" || document.hidden || this.isMeasuring) return;
    this.isMeasuring = true;
    try {
      const { processorSeconds, memoryBytes } = await get(`${this.id}/usage`);
      const now = performance.now() / 1000;
      if (this.measured && processorSeconds !== null) {
        const used = processorSeconds - this.measured.processorSeconds;
        this.plots[2].add(Math.max(0, used) / (now - this.measured.now));
      }
      if (memoryBytes !== null) this.plots[3].add(memoryBytes);
      this.measured = processorSeconds === null ? null : { processorSeconds, now };
    } catch {
      // It has ended, or the service is away: the stream says so.
      this.measured = null;
    } finally {
      this.isMeasuring = false;
    }
  }

  #showProgress(progress) {
    if (!progress) return;
    this.bar.hidden = false;
    setBar(this.bar, progress);
    this.told.textContent = progressText(progress);
    if (this.job.status !== "running") return;
    this.plots[0].add(progress.fraction);
    this.plots[1].add(progress.speed);
  }

  #show(job) {
    const before = this.job;
    this.job = job;
    this.problem.textContent = "";
    this.root.dataset.status = job.status;
    this.title.replaceChildren(
      element("bdi", {}, plain(job.command.split("/").pop())), " ",
      element("small", {}, job.id.slice(0, 8)));
    this.state.className = `state ${kindOf(job)}`;
    this.state.textContent = job.status === "finished"
      ? outcomeText(job) : describe({ ...job, progress: null });
    this.bar.hidden = !job.progress && job.status !== "running";
    if (job.status === "running") setBar(this.bar, job.progress);
    this.#showProgress(job.progress);
    if (before?.status !== job.status || before?.frozen !== job.frozen) this.#showButtons(job);
    this.#showFacts(job);
    this.#showFiles(job);
    if (job.status === "running" && before?.status !== "running") this.#measure();
    if (job.status !== "queued" && !this.#log) {
      this.#log = new LogView(job.id, job.status === "running");
      this.output.append(this.#log.root);
      this.#log.open();
    } else if (job.status === "finished" && before?.status === "running") {
      this.#log?.ended();
    } else if (job.status === "queued" && this.#log) {
      // It runs again: what it wrote before is gone.
      this.#log.close();
      this.#log.root.remove();
      this.#log = null;
    }
  }

  /** A button that stays keeps its focus and its question. */
  #showButtons(job) {
    const { may } = this.actions;
    const made = new Map();
    const button = (name, act, question) => made.set(name, this.made.get(name)
      ?? (question ? sureButton(t(name), t(question), act)
        : element("button", { type: "button", onclick: act }, t(name))));
    const isOver = job.status === "finished";
    if (!isOver && may("cancel")) {
      button("cancel", () => this.#try(() => post(`${job.id}/cancel`)), "cancelSure");
    }
    if (job.status === "queued" && may("submit")) {
      button("moveFirst", () => this.#try(() => post(`${job.id}/move?to=first`)));
      button("moveLast", () => this.#try(() => post(`${job.id}/move?to=last`)));
    }
    if (job.status === "running" && may("operate")) {
      const verb = job.frozen ? "thaw" : "freeze";
      button(verb, () => this.#try(() => post(`${job.id}/${verb}`)));
    }
    if (may("submit")) button("again", () => this.actions.again(this.job));
    if (isOver && may("cancel")) {
      button("remove", () => this.#try(async () => {
        await ask("DELETE", job.id);
        location.hash = "#/finished";
      }), "removeSure");
    }
    // Those that stay are not moved, which would take their focus.
    for (const [name, old] of this.made) if (!made.has(name)) old.remove();
    for (const [name, one] of made) if (!this.made.has(name)) this.buttons.append(one);
    this.made = made;
  }

  async #try(act) {
    this.problem.textContent = "";
    try {
      await act();
      await this.#read();
    } catch (error) {
      this.problem.textContent = error.status === 0 ? t("offline") : plain(error.message);
    }
  }

  #showFacts(job) {
    const rows = [[t("command"), plain(job.command)],
      [t("arguments"), argumentsText(job, 4000) || "–"]];
    if (job.call) rows.unshift([t("call"), callText(job.call)]);
    const add = (name, text) => text && rows.push([t(name), text]);
    if (job.status === "queued") {
      add("waits", waitText(job));
      add("place", job.waiting?.place && number(job.waiting.place));
    }
    add("created", time(job.createdAt));
    add("started", job.startedAt && time(job.startedAt));
    add("ended", job.finishedAt && time(job.finishedAt));
    if (job.startedAt && job.finishedAt) {
      add("took", duration(secondsBetween(job.startedAt, job.finishedAt)));
    }
    if (job.usage) {
      add("cpu", duration((job.usage.user + job.usage.system) / 1e6));
      add("memory", bytes(job.usage.peakMemory));
    }
    add("labels", Object.entries(job.labels ?? {})
      .map(([name, value]) => `${plain(name)}: ${plain(value)}`).join(", "));
    add("attempts", job.attempts?.map((run) => outcomeText(run)).join(", "));
    add("limits", plain((job.limitsMet ?? []).join(", ")));
    add("refused", (job.refused ?? [])
      .map((one) => `${plain(one.call)} × ${number(one.count)}`).join(", "));
    add("error", job.err && plain(job.err.message ?? job.err.code ?? ""));
    if (Array.isArray(job.enforced)) add("layers", plain(job.enforced.join(", ")));
    this.facts.replaceChildren(...rows.flatMap(([name, text]) => [
      element("dt", {}, name), element("dd", {}, element("bdi", {}, text))]));
  }

  #showFiles(job) {
    const items = (job.files ?? []).map((file) => element("li", {},
      element("a", { href: at(`${job.id}/files/${encodeURIComponent(file.name)}`),
        download: file.name }, element("bdi", {}, plain(file.name))), ` ${bytes(file.bytes)}`));
    const results = (job.results ?? []).map((result) => element("li", {},
      element("bdi", {}, plain(result.path)),
      ` ${plain(result.outcome)}${result.bytes ? ` ${bytes(result.bytes)}` : ""}`
      + `${result.message ? `: ${plain(result.message)}` : ""}`));
    const list = (name, children) => (children.length === 0 ? []
      : [element("h3", {}, t(name)), element("ul", { class: "files" }, ...children)]);
    this.files.replaceChildren(...list("files", items), ...list("results", results));
    this.files.hidden = items.length + results.length === 0;
  }
}
