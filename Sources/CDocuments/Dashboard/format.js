// Values as text, and elements of text alone.

import { language, t } from "./text.js";

// What would change how the text around it is shown, or is not seen at all: control characters,
// and those that turn the direction of writing (Unicode TR 36).
const unseen = new RegExp("[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f"
  + "\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]", "gu");

/** A text of a job for one line: what is not to be seen is written as its number. */
export function plain(text, charactersMax = 500) {
  const whole = String(text);
  const shown = whole.length > charactersMax ? whole.slice(0, charactersMax) + "…" : whole;
  return shown.replace(unseen, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

/** The arguments as one would type them. */
export function argumentsText(job, charactersMax = 500) {
  const words = [];
  let length = 0;
  for (const word of job.arguments ?? []) {
    const text = /^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
    words.push(text);
    length += text.length + 1;
    if (length > charactersMax) break;
  }
  return plain(words.join(" "), charactersMax);
}

/** The last part of a path: what an entry is called in a list. */
export const baseName = (path) => plain(String(path).split("/").pop() || path, 80);

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  const two = (n) => String(n).padStart(2, "0");
  if (d > 0) return `${d} d ${h} h`;
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

export function number(n, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(n);
}

export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit += 1;
  }
  return `${number(n, n < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

export function time(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return plain(text, 40);
  const isToday = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language(), isToday
    ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }).format(date);
}

export const secondsBetween = (from, to) => (new Date(to) - new Date(from)) / 1000;

/** How a job ended, in words. */
export function outcomeText(job) {
  if (job.short) return t("out_short");
  if (job.unfinished) return t("out_unfinished");
  if (job.outcome === "exited") {
    const isSuccess = job.succeeded ?? job.code === 0;
    return isSuccess ? t("out_exited") : t("out_code", { code: job.code });
  }
  return has(`out_${job.outcome}`)
    ? t(`out_${job.outcome}`, { signal: plain(job.signalName ?? job.signal ?? "", 20) })
    : plain(job.outcome, 40);
}

const has = (name) => t(name) !== name;

/** Whether it ended as it should. */
export const isSuccess = (job) =>
  !job.short && !job.unfinished && (job.succeeded ?? (job.outcome === "exited" && job.code === 0));

/** What a job waits for, in words. */
export function waitText(job) {
  if (job.heldUntil) return t("held");
  if (!job.waiting) return "";
  const reason = `wait_${job.waiting.for}`;
  const text = has(reason) ? t(reason) : plain(job.waiting.for, 40);
  return job.waiting.until ? `${text} (${t("until", { time: time(job.waiting.until) })})` : text;
}

/** What is told of the progress, in words. */
export function progressText(progress) {
  const parts = [];
  if (Number.isFinite(progress.fraction)) parts.push(`${Math.floor(progress.fraction * 100)} %`);
  if (Number.isFinite(progress.etaSeconds)) {
    parts.push(t("eta", { time: duration(progress.etaSeconds) }));
  }
  if (Number.isFinite(progress.speed)) parts.push(t("speed", { n: number(progress.speed, 2) }));
  if (Number.isFinite(progress.fps)) parts.push(t("fps", { n: number(progress.fps, 1) }));
  if (Number.isFinite(progress.outputSeconds)) parts.push(duration(progress.outputSeconds));
  if (Number.isFinite(progress.outputBytes)) parts.push(bytes(progress.outputBytes));
  if (progress.stage) parts.push(plain(progress.stage, 40));
  return parts.join(" · ");
}

/** An element with attributes and children; each text becomes a text node, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
