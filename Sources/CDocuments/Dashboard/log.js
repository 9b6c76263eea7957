// The output of a job: windows of its bytes, shown as text. Nothing of it is interpreted but line
// ends, carriage returns and colours, and those become classes.

import { at, Problem } from "./api.js";
import { element, number } from "./format.js";
import { t } from "./text.js";

const windowBytes = 32 << 10;
const retryMilliseconds = 3000;
/** A window with more changes of colour than this is shown without the rest of them. */
const spansMax = 4000;

// Escape sequences of terminals (ECMA-48): CSI, OSC and other strings, and short ones.
const escape = new RegExp([
  /\u001b\[([0-9;:]*)m/, /\u001b\[[0-?]*[ -/]*[@-~]?/,
  /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/, /\u001b[ -/]*[0-~]?/,
].map((one) => one.source).join("|"), "g");
// What is left of control characters, and characters that turn the direction of writing.
const unseen = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f"
  + "\\u202a-\\u202e\\u2066-\\u2069]", "g");

/** The style after a sequence `ESC [ … m`. */
function styled(style, codes) {
  const next = { ...style };
  for (const code of (codes || "0").split(/[;:]/).map(Number)) {
    if (code === 0) Object.assign(next, { colour: null, bold: false });
    else if (code === 1) next.bold = true;
    else if (code === 22) next.bold = false;
    else if (code >= 30 && code <= 37) next.colour = code - 30;
    else if (code >= 90 && code <= 97) next.colour = code - 90;
    else if (code === 39) next.colour = null;
    // 38 and 48 name colours of their own: what follows is no code.
    else if (code === 38 || code === 48) break;
  }
  return next;
}

/**
 * What is left of a line: what stands behind its last carriage return, but for those at its end.
 * Without regular expressions, which would take the square of its length.
 */
function lastState(line, index, all) {
  let end = line.length;
  if (index < all.length - 1) while (end > 0 && line[end - 1] === "\r") end -= 1;
  const shown = line.slice(0, end);
  return end < 2 ? shown : shown.slice(shown.lastIndexOf("\r", end - 2) + 1);
}

/** Text of a program as text nodes, with colours as classes. */
export function rendered(text) {
  const made = document.createDocumentFragment();
  // A carriage return begins the line anew: what stood there is gone.
  const lines = text.split("\n").map(lastState).join("\n");
  let style = { colour: null, bold: false };
  let spans = 0;
  let from = 0;
  const add = (part) => {
    const shown = part.replace(unseen, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "\ufffd");
    if (!shown) return;
    const names = [style.bold && "bold", style.colour !== null && `colour${style.colour}`];
    const name = names.filter(Boolean).join(" ");
    if (!name || spans >= spansMax) return made.append(shown);
    spans += 1;
    made.append(element("span", { class: name }, shown));
  };
  for (const match of lines.matchAll(escape)) {
    add(lines.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = styled(style, match[1]);
  }
  add(lines.slice(from));
  return made;
}

/** Shows one stream of a job. */
export class LogView {
  #from = 0;
  #total = 0;
  #isAtEnd = true;
  #timer = null;
  #redraw = null;
  #tail = new Uint8Array();
  #abort = null;
  #shown = "";

  constructor(id, isLive) {
    this.id = id;
    this.isLive = isLive;
    this.stream = "stdout";
    this.text = element("pre", { class: "log", tabindex: "0", role: "log",
      "aria-live": "off", "aria-label": t("log") });
    this.where = element("span", { class: "where" });
    this.slider = element("input", { type: "range", min: "0", max: "0", value: "0",
      "aria-label": t("position"), onchange: () => this.show(Number(this.slider.value)) });
    const button = (name, act) => element("button", { type: "button", onclick: act }, t(name));
    this.choice = element("select", { "aria-label": t("stream"), onchange: () => {
      this.stream = this.choice.value;
      this.showEnd();
    } }, element("option", {}, "stdout"), element("option", {}, "stderr"));
    this.link = element("a", { download: "" }, t("download"));
    this.root = element("section", { class: "output" },
      element("h3", {}, t("log")),
      element("div", { class: "tools" }, this.choice,
        button("first", () => this.show(0)),
        button("earlier", () => this.show(Math.max(0, this.#from - windowBytes))),
        button("later", () => this.show(this.#from + windowBytes)),
        button("last", () => this.showEnd()), this.slider, this.where, this.link),
      this.text);
  }

  /** Shows stderr where a program writes there alone, as ffmpeg does. */
  async open() {
    document.addEventListener("visibilitychange", this.#onVisible);
    await this.#find();
  }

  /** Looks for the stream that has something; later again where none has. */
  async #find() {
    for (const stream of ["stdout", "stderr", "stdout"]) {
      if (this.#total > 0) return;
      this.stream = this.choice.value = stream;
      await this.showEnd();
    }
    if (this.isLive && this.#total === 0) {
      this.#timer = setTimeout(() => this.#total === 0 && this.#find(), retryMilliseconds);
    }
  }

  close() {
    document.removeEventListener("visibilitychange", this.#onVisible);
    clearTimeout(this.#timer);
    clearTimeout(this.#redraw);
    this.#abort?.abort();
  }

  /** A page out of sight keeps no connection; one that comes back reads what it missed. */
  #onVisible = () => {
    if (!this.isLive || !this.#isAtEnd) return;
    if (document.hidden) this.#abort?.abort();
    else this.showEnd();
  };

  /** The job has ended: what comes last is read, and then no more. */
  ended() {
    this.isLive = false;
    if (this.#total === 0) this.#find();
    else if (this.#isAtEnd) this.showEnd();
  }

  showEnd() {
    this.#isAtEnd = true;
    return this.#load(`bytes=-${windowBytes}`);
  }

  show(from) {
    if (from + windowBytes >= this.#total) return this.showEnd();
    this.#isAtEnd = false;
    return this.#load(`bytes=${from}-${from + windowBytes - 1}`);
  }

  async #load(range) {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const address = at(`${this.id}/${this.stream}`);
    this.link.href = address;
    this.link.download = `${this.id.slice(0, 8)}-${this.stream}.txt`;
    try {
      const response = await fetch(address, {
        headers: { Range: range }, cache: "no-store", credentials: "same-origin", signal });
      if (response.status === 416) {
        this.#draw(new Uint8Array(), 0, 0);
      } else if (response.status === 206) {
        const [, from, , total] =
          /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get("Content-Range")) ?? [];
        this.#draw(await this.#bytes(response), Number(from), Number(total));
      } else if (response.ok) {
        const bytes = await this.#bytes(response);
        this.#draw(bytes, 0, bytes.length);
      } else {
        throw new Problem(response.status, null);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      this.where.textContent = t("error");
    }
    // What comes behind a window at the end of a job that lives is added as it comes.
    if (this.isLive && this.#isAtEnd && !document.hidden) this.#follow(signal);
  }

  async #follow(signal) {
    try {
      const response = await fetch(at(`${this.id}/${this.stream}?follow=1`), {
        headers: { Range: `bytes=${this.#total}-` }, cache: "no-store",
        credentials: "same-origin", signal });
      // It has ended in between, with nothing more.
      if (response.status === 416) return;
      if (response.status !== 206) throw new Problem(response.status, null);
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        this.#append(value);
      }
    } catch (error) {
      if (error.name === "AbortError" || signal.aborted) return;
      this.#timer = setTimeout(() => this.showEnd(), retryMilliseconds);
    }
  }

  #append(bytes) {
    const kept = this.#tail.subarray(Math.max(0, this.#tail.length + bytes.length - windowBytes));
    const added = bytes.subarray(Math.max(0, bytes.length - windowBytes));
    const tail = new Uint8Array(kept.length + added.length);
    tail.set(kept);
    tail.set(added, kept.length);
    this.#tail = tail;
    this.#total += bytes.length;
    // A program that writes much is drawn ten times a second.
    this.#redraw ??= setTimeout(() => {
      this.#redraw = null;
      if (this.#isAtEnd) this.#draw(this.#tail, this.#total - this.#tail.length, this.#total);
    }, 100);
  }

  /** No answer takes more than a window: a proxy that ignores ranges is read no further. */
  async #bytes(response) {
    const reader = response.body.getReader();
    const bytes = new Uint8Array(windowBytes);
    let count = 0;
    while (count < windowBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, windowBytes - count);
      bytes.set(part, count);
      count += part.length;
    }
    reader.cancel();
    return bytes.subarray(0, count);
  }

  #draw(bytes, from, total) {
    this.#from = from;
    this.#total = total;
    this.#tail = bytes;
    this.slider.max = String(Math.max(0, total - bytes.length));
    this.slider.value = String(from);
    this.where.textContent = total === 0 ? t("empty") : t("window",
      { from: number(from), to: number(from + bytes.length), total: number(total) });
    let text = new TextDecoder().decode(bytes);
    // A window that begins inside of a line is shown from the next one on.
    if (from > 0) text = text.slice(text.slice(0, 4096).indexOf("\n") + 1);
    if (text === this.#shown) return;
    this.#shown = text;
    const isAtBottom =
      this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 40;
    this.text.replaceChildren(rendered(text));
    if (this.#isAtEnd && isAtBottom) this.text.scrollTop = this.text.scrollHeight;
    else if (!this.#isAtEnd) this.text.scrollTop = 0;
  }
}
