#!/usr/bin/env bash
# Packages: arq 0.28.0, saq 0.26.4, rq 2.12.0, huey 3.5.4 and celery 5.7.0 for Python, redis 7.0.15
# of Debian 12.
#
# Guess, written down first: a job that raises is tried again as often as its retries say: two
# retries are three runs, with each queue.
#
# Seen: celery, rq and huey run it three times. saq counts the first run among its retries: two are
# two runs, and one, the default, is no second run. arq with max_tries=3 runs a job that raises an
# error once: only arq.Retry, a stopped worker or a cancelled job counts. So a service that moves
# from one to another loses jobs at the first fault of a network.
# Remedy: raise arq.Retry from a try around the whole job; a test of the number of runs for each
# queue.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian redis-server=5:7.0.15-1~deb12u10
pypi arq==0.28.0 saq==0.26.4 rq==2.12.0 huey==3.5.4 celery==5.7.0
port=$(free_port)
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$folder" >redis.log 2>&1 &
server=$!
cat >jobs.py <<'PYTHON'
import collections
runs = collections.Counter()
def fail(key):
    runs[key] += 1
    raise OSError("no answer")
PYTHON
cat >try.py <<'PYTHON'
import asyncio, logging, sys, time
import arq, celery, celery.contrib.testing.worker, huey, jobs, redis, rq, saq
logging.disable()
port = int(sys.argv[1])
for attempt in range(100):
    try:
        redis.Redis(port=port).ping()
        break
    except redis.ConnectionError:
        time.sleep(0.1)
async def error(context):
    jobs.fail("arq, an error")
async def asked(context):
    jobs.runs["arq, arq.Retry"] += 1
    raise arq.Retry()
async def by_arq():
    settings = arq.connections.RedisSettings(port=port)
    pool = await arq.create_pool(settings)
    await pool.enqueue_job("error")
    await pool.enqueue_job("asked")
    worker = arq.Worker([error, asked], redis_settings=settings, burst=True, max_tries=3,
                        handle_signals=False, poll_delay=0.1)
    await worker.main()
async def job(context, label):
    jobs.fail(label)
async def by_saq():
    queue = saq.Queue.from_url(f"redis://127.0.0.1:{port}")
    await queue.connect()
    await queue.enqueue("job", label="saq, one as by default")
    await queue.enqueue("job", label="saq", retries=2)
    worker = saq.Worker(queue, functions=[job])
    working = asyncio.create_task(worker.start())
    for attempt in range(200):
        await asyncio.sleep(0.1)
        if jobs.runs["saq"] == 2 and jobs.runs["saq, one as by default"] == 1:
            break
    await asyncio.sleep(2)
    await worker.stop()
    await working
def by_rq():
    queue = rq.Queue(connection=redis.Redis(port=port))
    queue.enqueue(jobs.fail, "rq", retry=rq.Retry(max=2))
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
def by_huey():
    queue = huey.MemoryHuey()
    job = queue.task(retries=2)(jobs.fail)
    job("huey")
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
def by_celery():
    app = celery.Celery("films", broker="memory://", backend="cache+memory://")
    @app.task(name="job", autoretry_for=(OSError,), retry_kwargs={"max_retries": 2, "countdown": 0})
    def job():
        jobs.fail("celery")
    with celery.contrib.testing.worker.start_worker(app, perform_ping_check=False, pool="solo"):
        job.delay()
        for attempt in range(100):
            time.sleep(0.1)
            if jobs.runs["celery"] == 3:
                break
        time.sleep(0.5)
by_celery()
by_huey()
by_rq()
asyncio.run(by_arq())
asyncio.run(by_saq())
print("runs:", dict(jobs.runs))
raise SystemExit(jobs.runs != {"celery": 3, "huey": 3, "rq": 3, "arq, an error": 1,
                               "arq, arq.Retry": 3, "saq, one as by default": 1, "saq": 2})
PYTHON
python3 try.py "$port" 2>log || { status=$?; tail -n 5 log; exit "$status"; }
