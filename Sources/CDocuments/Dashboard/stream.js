// The one stream of changes of all jobs. All pages of a browser share it by a shared worker: a
// browser opens six connections to a service, and each stream keeps one. Where there are no shared
// workers each page has its own.

const kinds = ["hello", "job", "progress", "gone"];
let policy;

/** The stream itself, which comes again after each break, behind the last change that it told. */
export class Source {
  #events = null;
  #last = "";
  #tell;
  #url;

  constructor(url, tell) {
    this.#url = url;
    this.#tell = tell;
  }

  /** Opens it unless it is. */
  open() {
    if (this.#events) return;
    const url = new URL(this.#url);
    if (this.#last) url.searchParams.set("after", this.#last);
    const events = new EventSource(url);
    this.#events = events;
    events.onopen = () => this.#tell({ kind: "state", state: "open" });
    for (const kind of kinds) {
      events.addEventListener(kind, (event) => {
        this.#last = event.lastEventId;
        this.#tell({ kind, data: JSON.parse(event.data) });
      });
    }
    events.onerror = () => {
      // A refusal ends it for good (WHATWG HTML, 9.2.3): a page finds out why, and opens it again.
      if (events.readyState !== EventSource.CLOSED) {
        return this.#tell({ kind: "state", state: "connecting" });
      }
      this.#events = null;
      this.#tell({ kind: "state", state: "closed" });
    };
  }

  /** Closes it, and forgets where it was: the next one is of another user. */
  close() {
    this.#events?.close();
    this.#events = null;
    this.#last = "";
  }
}

/** Connects to the shared worker. Returns `{open, close, leave}`. */
export function connect(url, tell) {
  const worker = shared();
  if (!worker) {
    const source = new Source(url, tell);
    return { open: () => source.open(), close: () => source.close(), leave: () => source.close() };
  }
  const { port } = worker;
  port.onmessage = ({ data }) => tell(data);
  const say = (word) => port.postMessage({ word, url });
  return {
    open: () => say("open"),
    close: () => say("close"),
    leave: () => {
      say("leave");
      port.close();
    },
  };
}

function shared() {
  try {
    const url = new URL("worker.js", import.meta.url).href;
    // The one place where a script is named by a value: no other name passes.
    policy ??= globalThis.trustedTypes?.createPolicy("http-runner", {
      createScriptURL: (given) => {
        if (given !== url) throw new TypeError("no script of this page");
        return given;
      },
    });
    return new SharedWorker(policy?.createScriptURL(url) ?? url, { type: "module" });
  } catch {
    return null;
  }
}
