"use strict";
// The least that a job server on Node does: it spawns the program of a POSTed job with nothing
// around it, and keeps results in a Map. The yardstick of `make bench`, and of no other use.
//
//     node server.js COMMAND          prints the port that it listens on

const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const http = require("node:http");

const allowed = process.argv[2];
const endedMax = 100;
const bodyBytesMax = 1 << 20;
const jobs = new Map();
const ended = [];

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

function finish(job, code, err) {
  if (job.err !== undefined) return;
  job.code = code;
  job.err = err;
  ended.push(job.id);
  while (ended.length > endedMax) jobs.delete(ended.shift());
}

function run(request) {
  const id = randomBytes(20).toString("hex");
  const words = request.args.split(/\s+/).filter((word) => word !== "");
  const job = { stderr: "", stdout: "", id, code: null };
  Object.assign(job, { command: request.command, arguments: words });
  jobs.set(id, job);
  const child = spawn(request.command, words, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk) => (job.stdout += chunk));
  child.stderr.on("data", (chunk) => (job.stderr += chunk));
  child.on("error", (error) => finish(job, error.errno, { code: error.code }));
  child.on("close", (code) => finish(job, code, null));
  return job;
}

function post(request, response) {
  const chunks = [];
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  });
  request.on("end", () => {
    let wanted;
    try {
      wanted = JSON.parse(Buffer.concat(chunks));
    } catch {
      wanted = {};
    }
    const isValid = bytes <= bodyBytesMax && wanted.command === allowed;
    if (isValid && typeof wanted.args === "string") answer(response, 202, run(wanted));
    else answer(response, 400, { message: "Bad Request" });
  });
}

const server = http.createServer((request, response) => {
  if (request.method === "POST") return post(request, response);
  const job = jobs.get(request.url.slice(1));
  if (job) answer(response, 200, job);
  else answer(response, 404, { message: "Not Found" });
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
