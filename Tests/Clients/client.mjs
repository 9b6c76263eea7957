// fetch of Node: submits a job and reads it, by a token and by nothing. It has no option for a
// client certificate, so that the module https, over which it is built in all but name, has that.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";

const { URL: url, CA, TOKEN, CERT, KEY } = process.env;
const job = JSON.stringify({ command: "echo", args: ["by", "node"] });
const json = { "Content-Type": "application/json" };

async function lives(ask) {
  const made = await ask("POST", "/?wait=30", job);
  assert.equal(made.status, 200, made.text);
  const output = await ask("GET", `/${JSON.parse(made.text).id}/stdout`);
  assert.equal(output.text, "by node\n");
}

const byFetch = (headers) => async (method, path, body) => {
  const answer = await fetch(url + path, { method, body, headers: { ...json, ...headers } });
  return { status: answer.status, text: await answer.text() };
};

const agent = new https.Agent({
  ca: readFileSync(CA),
  cert: readFileSync(CERT),
  key: readFileSync(KEY),
});
const byCertificate = (method, path, body) =>
  new Promise((resolve, reject) => {
    const request = https.request(url + path, { method, agent, headers: json }, async (answer) => {
      let text = "";
      for await (const piece of answer) text += piece;
      resolve({ status: answer.statusCode, text });
    });
    request.on("error", reject);
    request.end(body);
  });

await lives(byFetch({ Authorization: `Bearer ${TOKEN}` }));
await lives(byCertificate);
agent.destroy();
const nothing = await byFetch({})("POST", "/", job);
assert.equal(nothing.status, 401);
assert.match(JSON.parse(nothing.text).error, /Say who you are/);
console.log("node", process.version);
