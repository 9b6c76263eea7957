// The shared worker: keeps the one stream, and tells each page what comes.

import { Source } from "./stream.js";

const ports = new Set();
let source = null;
let hello = null;
let state = "closed";

function tellAll(message) {
  if (message.kind === "state") state = message.state;
  if (message.kind === "hello") hello = message.data;
  for (const port of ports) port.postMessage(message);
}

function greet(port) {
  port.postMessage({ kind: "state", state });
  // A page that comes later reads the lists of jobs itself.
  if (state === "open" && hello) {
    port.postMessage({ kind: "hello", data: { ...hello, resumed: false } });
  }
}

function close() {
  source?.close();
  hello = null;
  state = "closed";
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: { word, url } }) => {
    if (word === "open") {
      source ??= new Source(url, tellAll);
      if (!ports.has(port)) {
        ports.add(port);
        greet(port);
      }
      source.open();
    } else if (word === "close") {
      close();
      tellAll({ kind: "state", state });
    } else if (word === "leave") {
      ports.delete(port);
      // No page looks at it: let the connection go.
      if (ports.size === 0) close();
    }
  };
};
