// Figures: how jobs of the last day ended, the queue, and room on the disks.

import { get } from "./api.js";
import { bytes, duration, element, number, plain, time } from "./format.js";
import { t } from "./text.js";

const pauseMilliseconds = 10_000;
/** A disk with less than this part free is shown as nearly full. */
const fewParts = 0.1;

const facts = (rows) => element("dl", { class: "facts" }, ...rows.flatMap(([name, ...children]) => [
  element("dt", {}, name), element("dd", {}, ...children)]));

export class FiguresView {
  constructor(actions) {
    this.actions = actions;
    this.problem = element("p", { class: "problem", role: "alert" });
    this.place = element("div");
    this.root = element("article", { class: "figures" },
      element("h2", { tabindex: "-1" }, t("figures")), this.problem, this.place);
    this.timer = setInterval(() => !document.hidden && this.#read(), pauseMilliseconds);
  }

  open() {
    return this.#read();
  }

  close() {
    clearInterval(this.timer);
    clearTimeout(this.soon);
  }

  /** An end changes them: read once for all ends of a second. */
  tell(kind) {
    if (kind !== "job" || document.hidden) return;
    this.soon ??= setTimeout(() => {
      this.soon = null;
      this.#read();
    }, 1000);
  }

  async #read() {
    try {
      const [figures, queue] = await Promise.all([
        get("figures"), this.actions.may("operate") ? get("queue") : null]);
      this.problem.textContent = "";
      this.#show(figures, queue);
    } catch (error) {
      this.problem.textContent = error.status === 0 ? t("offline") : plain(error.message);
    }
  }

  #show(figures, queue) {
    const parts = [element("h3", {}, t("day", { n: number(figures.hours) })), facts([
      [t("succeededCount"), number(figures.succeeded)],
      [t("failedCount"), number(figures.failed)],
      [t("cancelledCount"), number(figures.cancelled)],
      [t("runTime"), duration(figures.runSeconds)],
      [t("cpu"), duration(figures.processorSeconds)],
    ])];
    if (Date.now() - new Date(figures.since) < figures.hours * 3_600_000) {
      parts.push(element("p", { class: "hint" }, t("sinceStart", { time: time(figures.since) })));
    }
    if (queue) {
      const share = (n, max) => t("ofMax", { n: number(n), max: number(max) });
      parts.push(element("h3", {}, t("queue")), facts([
        [t("runningCount"), share(queue.running, queue.limits.running)],
        [t("waitingCount"), share(queue.waiting, queue.limits.waiting)],
        [t("longestWait"), queue.longestWait === null ? "–" : duration(queue.longestWait)],
        [t("perHour"), queue.drainPerHour === null ? "–" : number(queue.drainPerHour)],
      ]));
    }
    if (figures.disks?.length) {
      parts.push(element("h3", {}, t("disks")), facts(figures.disks.map((disk) => [
        element("bdi", {}, t(disk.use === "state" ? "diskState" : "diskWrite"), " ",
          element("small", {}, plain(disk.path))),
        ...this.#room(disk)])));
    }
    this.place.replaceChildren(...parts);
  }

  #room({ totalBytes, freeBytes, path }) {
    if (!totalBytes) return [t("diskUnknown")];
    const used = 1 - freeBytes / totalBytes;
    const meter = element("meter", { "aria-label": plain(path) });
    meter.max = 1;
    meter.high = 1 - fewParts;
    meter.value = used;
    return [meter, " ", t("diskFree", { free: bytes(freeBytes), total: bytes(totalBytes) })];
  }
}
