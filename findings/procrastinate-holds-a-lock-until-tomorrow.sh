#!/usr/bin/env bash
# Packages: procrastinate 3.10.0 and psycopg 3.3.9 for Python, PostgreSQL 15.18 of Debian 12.
#
# Guess, written down first: lock= keeps two jobs of one lock from running at a time; a job that is
# scheduled for tomorrow, or waits for its next try, holds nothing and lets others of its lock run.
#
# Seen: jobs of one lock and priority run in the order in which they were put: one that is scheduled
# for tomorrow holds back all that came after it until tomorrow, and one that failed and waits an
# hour for its next try holds them back that hour. A worker says nothing of it; they stay "todo". A
# job of a higher priority passes.
# Remedy: a lock of its own for each kind of job; a plan for later put when it is due, by a periodic
# task; a higher priority for what cannot wait.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
pypi procrastinate==3.10.0 'psycopg[binary]==3.3.9'
cat >films.py <<'PYTHON'
import asyncio, procrastinate
app = procrastinate.App(connector=procrastinate.PsycopgConnector())
ran = []
@app.task(name="encode")
async def encode(name):
    ran.append(name)
@app.task(name="fail", retry=procrastinate.RetryStrategy(max_attempts=2, wait=3600))
async def fail(name):
    ran.append(name)
    raise OSError("no answer")
async def run():
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await encode.configure(lock="disk", schedule_in={"days": 1}).defer_async(name="tomorrow")
        await encode.configure(lock="disk").defer_async(name="behind tomorrow's")
        await encode.configure(lock="disk", priority=1).defer_async(name="of priority")
        await fail.configure(lock="tape").defer_async(name="fails")
        await encode.configure(lock="tape").defer_async(name="behind the failed")
        await encode.defer_async(name="without a lock")
        await app.run_worker_async(wait=False, install_signal_handlers=False)
asyncio.run(run())
print("ran:", ", ".join(ran))
raise SystemExit(sorted(ran) != ["fails", "of priority", "without a lock"])
PYTHON
python3 films.py 2>log || { tail -n 3 log; exit 1; }
psql -Atc "select id, task_name, lock, priority, status from procrastinate_jobs order by id"
