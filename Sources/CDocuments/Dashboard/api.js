// Requests to the service that this page came from, wherever a proxy put it.

export const root = new URL("../", import.meta.url);

/** The address of a path of the service. */
export const at = (path) => new URL(path, root).href;

/** An answer that is none: the status (0 where there was no answer) and what the service says. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.error ?? body?.message ?? String(status || "offline"));
    this.status = status;
    this.field = body?.field;
  }
}

/** Asks; returns the response. Throws `Problem`. */
export async function ask(method, path, { body, headers = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(at(path), {
      method, signal, cache: method === "GET" ? "no-cache" : "no-store", credentials: "same-origin",
      headers: { Accept: "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, null);
  }
  if (response.ok) return response;
  let said = null;
  try {
    said = await response.json();
  } catch {
    // An answer of a proxy: the status is all there is.
  }
  throw new Problem(response.status, said);
}

export const get = async (path, options) => (await ask("GET", path, options)).json();
export const post = async (path, body) => ask("POST", path, { body });

/** A new name for a request that is to be made once. */
export function requestKey() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return [...numbers].map((n) => n.toString(16).padStart(8, "0")).join("");
}
