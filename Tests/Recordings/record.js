// Records how the original http-runner answers, for OriginalConversationTests.
//
//   NODE_PATH=/usr/share/nodejs node record.js FOLDER-OF-THE-ORIGINAL > original.json
//
// FOLDER in a request or an answer stands for a folder that both sides make: it holds `locked` (a
// script that loses its execute bits) and `gone` (one that is removed before the conversation).
// ID stands for the id of the job of that exchange, or of a job `echo known` that has ended where
// the request itself names one; PORT for the port of the callback's receiver.
'use strict'

const fs = require('fs')
const http = require('http')
const os = require('os')
const path = require('path')
const { spawn } = require('child_process')

const settleMilliseconds = 300
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recording-'))
const whitelist = [
  '/bin/echo', '/bin/false', '/bin/cat', '/bin/sh', '/usr/bin/printf', '/usr/bin/seq',
  `${folder}/gone`, `${folder}/locked`
]

const echo = (args, more) => ({ command: '/bin/echo', args, ...more })
const run = (name, body, more) => ({ name, method: 'POST', target: '/', body, ...more })
const job = (name, command, args, more) =>
  run(name, JSON.stringify({ command, args }), { follow: true, ...more })
const changed = (now) => ({ now })
const text = { text: true }

// `bodyOf`: the body is an echo of so many letters.
// `follow`: read the job again when it had time to end. `now`: what API.md says instead today.
// `text`: the text of the error is promised too.
const exchanges = [
  job('a job', '/bin/echo', 'foo'),
  job('an exit code', '/bin/false', 'x'),
  job('output on both streams, in letters of more than one byte', '/usr/bin/printf', 'äöü€𝄞\\n'),
  job('output with a NUL and control letters', '/usr/bin/printf',
    '\\0\\1\\033\\177"\\\\/\\b\\f\\t'),
  job('output that is not UTF-8', '/usr/bin/printf', '\\377\\300A'),
  job('args split at every white space', '/bin/echo', 'a  b\tc\nd\u00a0e\u3000f\ufeffg\u2028h'),
  job('args never see a shell', '/bin/echo', '"a b" $HOME `id` \'c\' * ; | > &'),
  job('trailing white space gives an empty argument', '/usr/bin/printf', '[%s] a '),
  job('leading white space gives an empty argument', '/usr/bin/printf', ' [%s] a', changed({
    reply: { arguments: ['[%s]', 'a'] }, final: { stdout: '[a]' }
  })),
  job('an empty args is one empty argument', '/bin/echo', '', changed({
    reply: { arguments: [] }, final: { stdout: '\n' }
  })),
  job('a death by signal', '/bin/sh', '-c kill${IFS}-9${IFS}$$'),
  job('a program that is gone', `${folder}/gone`, 'a b'),
  job('a program that may not be executed', `${folder}/locked`, 'a'),
  job('stdin never closes', '/bin/cat', '-', changed({ final: { code: 0 } })),
  run('a form type', JSON.stringify(echo('x')), {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' }
  }),
  run('no type at all', JSON.stringify(echo('x')), { headers: {} }),
  run('a query is ignored', JSON.stringify(echo('x')), { target: '/?q=1' }),
  run('white space around the object', `\r\n\t ${JSON.stringify(echo('x'))} \n`),
  run('escapes in strings', '{"command":"\\u002fbin\\/echo","args":"\\u00e4\\ud834\\udd1e"}'),
  run('a command that is not listed', '{"command":"/usr/bin/id","args":"x"}', text),
  run('a listed command in other letters', '{"command":"/bin/ECHO","args":"x"}', text),
  run('a listed command with a blank', '{"command":"/bin/echo ","args":"x"}', text),
  run('a listed command by another path', '{"command":"/bin/../bin/echo","args":"x"}', text),
  run('no command', '{"args":"x"}'),
  run('a command of another type', '{"command":["/bin/echo"],"args":"x"}'),
  run('args of another type', '{"command":"/bin/echo","args":5}'),
  run('no args', '{"command":"/bin/echo"}', changed({ status: 202, reply: { arguments: [] } })),
  run('an array of args', '{"command":"/bin/echo","args":["a b",""]}',
    changed({ status: 202, reply: { arguments: ['a b', ''] } })),
  run('broken JSON', '{"command":'),
  run('an empty body', ''),
  run('null', 'null'),
  run('an array', '[]'),
  run('a string', '"s"'),
  run('a number', '5'),
  run('two objects', '{"command":"/bin/echo","args":"x"}{}'),
  run('a NUL in an argument', '{"command":"/bin/echo","args":"a\\u0000b"}'),
  run('an argument that execve cannot carry', '', { bodyOf: 140000 }),
  run('a key twice', '{"command":"/bin/false","command":"/bin/echo","args":"x"}',
    changed({ status: 400, names: 'command' })),
  run('a key that nobody knows', '{"command":"/bin/echo","args":"x","timeuot":5}',
    changed({ status: 400, names: 'timeuot' })),
  run('a callback that is no URL', JSON.stringify(echo('x', { callback: 'notaurl' })),
    changed({ status: 400, names: 'callback' })),
  run('a callback of another type', JSON.stringify(echo('x', { callback: 123 })),
    changed({ status: 400, names: 'callback' })),
  run('a callback to nobody', JSON.stringify(echo('x', { callback: 'http://127.0.0.1:9/' })),
    { follow: true }),
  run('a callback', JSON.stringify(echo('called', { callback: 'http://127.0.0.1:PORT/a/b?c=d' })),
    { follow: true, calls: true }),
  run('a callback without a path', JSON.stringify(echo('x', { callback: 'http://127.0.0.1:PORT' })),
    { follow: true, calls: true }),
  run('a callback of a failed launch', JSON.stringify(
    { command: `${folder}/gone`, args: 'x', callback: 'http://127.0.0.1:PORT/gone' }),
  { follow: true, calls: true }),
  run('a callback whose text is longer in bytes than in letters', JSON.stringify(
    echo('äöü', { callback: 'http://127.0.0.1:PORT/' })),
  { follow: true, calls: true, now: { wholeCallback: true } }),
  run('a body over the limit', '', { bodyOf: 5 << 20, now: { status: 413 } }),
  { name: 'an unknown id', method: 'GET', target: `/${'0'.repeat(40)}` },
  { name: 'an id with a slash', method: 'GET', target: '/ID/', now: { status: 200 } },
  { name: 'an id with a query', method: 'GET', target: '/ID?x=1' },
  { name: 'an id in capitals', method: 'GET', target: `/${'A'.repeat(40)}`, now: { status: 404 } },
  { name: '39 digits', method: 'GET', target: `/${'a'.repeat(39)}`, now: { status: 404 } },
  { name: '41 digits', method: 'GET', target: `/${'a'.repeat(41)}`, now: { status: 404 } },
  { name: 'an unknown route', method: 'GET', target: '/nothing', now: { status: 404 } },
  { name: 'a post elsewhere', method: 'POST', target: '//', body: '{}', now: { status: 404 } },
  { name: 'the root by GET', method: 'GET', target: '/', now: { status: 405, allow: 'POST' } },
  { name: 'the root by PUT', method: 'PUT', target: '/', now: { status: 405, allow: 'POST' } },
  { name: 'the root by DELETE', method: 'DELETE', target: '/',
    now: { status: 405, allow: 'POST' } },
  { name: 'a job by POST', method: 'POST', target: '/ID', body: '{}',
    now: { status: 405, allow: 'GET' } }
]

function masked (text) {
  return text.split(folder).join('FOLDER')
    .replace(new RegExp(`127.0.0.1:${receiver.address().port}`, 'g'), '127.0.0.1:PORT')
}

function ask (port, method, target, headers, body) {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, method, path: target, headers, agent: false }
    const request = http.request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => { text += piece })
      response.on('end', () => resolve({
        status: response.statusCode, type: response.headers['content-type'], body: text
      }))
    })
    request.on('error', (error) => resolve({ lost: error.code }))
    request.end(body)
  })
}

const calls = []
const receiver = http.createServer((request, response) => {
  const pieces = []
  const keep = () => calls.push({
    method: request.method,
    target: request.url,
    headers: Object.fromEntries(Object.entries(request.headers)
      .filter(([name]) => !['host', 'connection'].includes(name))),
    body: Buffer.concat(pieces).toString()
  })
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => { keep(); response.end() })
  // The original announced letters and sent bytes: what came is kept all the same.
  request.on('error', () => {})
})

const pause = () => new Promise((resolve) => setTimeout(resolve, settleMilliseconds))

async function start (original) {
  const port = await new Promise((resolve) => {
    const finder = http.createServer().listen(0, '127.0.0.1', () => {
      const found = finder.address().port
      finder.close(() => resolve(found))
    })
  })
  const server = spawn(process.execPath,
    [path.join(original, 'bin/http-runner'), '-p', port, '-w', whitelist.join(',')],
    { stdio: 'ignore' })
  for (;;) {
    if (!(await ask(port, 'GET', '/', {})).lost) return { port, server }
    await pause()
  }
}

function prepare () {
  const script = '#!/bin/sh\n'
  for (const name of ['locked', 'gone']) {
    fs.writeFileSync(path.join(folder, name), script, { mode: 0o755 })
  }
  fs.chmodSync(path.join(folder, 'locked'), 0o644)
  fs.unlinkSync(path.join(folder, 'gone'))
}

async function knownJob (service) {
  const reply = await ask(service.port, 'POST', '/', {}, JSON.stringify(echo('known')))
  await pause()
  return JSON.parse(reply.body).id
}

async function record (service, exchange) {
  const { follow, calls: wantsCall, now, bodyOf, ...request } = exchange
  const body = bodyOf ? JSON.stringify(echo('x'.repeat(bodyOf))) : request.body
  const real = (text) => text && text.replace('PORT', receiver.address().port)
  const known = request.target.includes('ID') && await knownJob(service)
  calls.length = 0
  const reply = await ask(service.port, request.method, request.target.replace('ID', known),
    request.headers || { 'Content-Type': 'application/json' }, real(body))
  const kept = { ...request, body: bodyOf ? undefined : body && masked(body), bodyOf, reply }
  const id = reply.status === 202 ? JSON.parse(reply.body).id : known
  const hide = (text) => id ? masked(text).split(id).join('ID') : masked(text)
  if (follow) {
    await pause()
    kept.final = await ask(service.port, 'GET', `/${id}`, {})
    kept.final.body = hide(kept.final.body)
  }
  if (wantsCall) {
    kept.call = { ...calls[0], body: hide(calls[0].body) }
    kept.call.headers['x-notify-timestamp'] =
      kept.call.headers['x-notify-timestamp'].replace(/^\d{13}$/, 'MILLISECONDS')
  }
  if (reply.body) reply.body = hide(reply.body)
  if (now) kept.now = now
  return kept
}

async function main (original) {
  prepare()
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  let service = await start(original)
  const recording = []
  for (const exchange of exchanges) {
    const kept = await record(service, exchange)
    recording.push(kept)
    await pause()
    if (service.server.exitCode !== null) {
      kept.reply.serverDied = true
      service = await start(original)
    }
  }
  service.server.kill()
  receiver.close()
  fs.rmSync(folder, { recursive: true })
  const list = whitelist.map((entry) => entry.replace(folder, 'FOLDER'))
  console.log(JSON.stringify({ whitelist: list, exchanges: recording }, null, 1))
}

main(process.argv[2])
