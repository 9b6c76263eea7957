#!/usr/bin/env bash
# Packages: arq 0.28.0 and rq 2.12.0 for Python, redis 7.0.15 of Debian 12.
#
# Guess, written down first: a job put twice with one id (a request that a client repeats) runs once
# while the first waits or runs, and again once it has ended, when the id is put anew.
#
# Seen: rq runs it twice, though the first still waited: the second put writes over the record of
# the first and adds a second entry to the queue. arq runs it once, and for an hour after it has
# ended (keep_result) enqueue_job of the id returns None, raises nothing and runs nothing: "encode
# film 7 again" is lost.
# Remedy: for rq enqueue(..., unique=True); for arq keep_result=0, and a look at what enqueue_job
# returns.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian redis-server=5:7.0.15-1~deb12u10
pypi arq==0.28.0 rq==2.12.0
port=$(free_port)
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$folder" >redis.log 2>&1 &
server=$!
cat >jobs.py <<'PYTHON'
import collections
runs = collections.Counter()
def encode(key):
    runs[key] += 1
PYTHON
cat >try.py <<'PYTHON'
import asyncio, logging, sys, time
import arq, jobs, redis, rq
logging.disable()
port = int(sys.argv[1])
for attempt in range(100):
    try:
        redis.Redis(port=port).ping()
        break
    except redis.ConnectionError:
        time.sleep(0.1)
seen = {}
def by_rq():
    queue = rq.Queue(connection=redis.Redis(port=port))
    for time in "first", "again":
        for put in 1, 2:
            queue.enqueue(jobs.encode, f"rq, {time}", job_id="film-7")
        rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
async def job(context, label):
    jobs.encode(label)
async def by_arq():
    settings = arq.connections.RedisSettings(port=port)
    pool = await arq.create_pool(settings)
    for time in "first", "again":
        for put in 1, 2:
            seen["arq returned"] = await pool.enqueue_job("job", f"arq, {time}", _job_id="film-7")
        await arq.Worker([job], redis_settings=settings, burst=True, handle_signals=False,
                         poll_delay=0.1).main()
    kept = await pool.pttl("arq:result:film-7")
    print("arq keeps the result for", round(kept / 60000), "minutes")
by_rq()
asyncio.run(by_arq())
print("runs:", dict(jobs.runs))
raise SystemExit(jobs.runs != {"rq, first": 2, "rq, again": 2, "arq, first": 1}
                 or seen["arq returned"] is not None)
PYTHON
python3 try.py "$port" 2>log || { status=$?; tail -n 5 log; exit "$status"; }
