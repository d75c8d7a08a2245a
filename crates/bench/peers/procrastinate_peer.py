"""procrastinate: jobs that do nothing. python procrastinate_peer.py URL SLOTS JOBS SAMPLES"""

import asyncio
import json
import sys
import time
from importlib.metadata import version

from procrastinate import App, PsycopgConnector

URL, SLOTS, JOBS, SAMPLES = sys.argv[1], *map(int, sys.argv[2:5])
app = App(connector=PsycopgConnector(conninfo=URL, min_size=4, max_size=10))
starts: "asyncio.Queue[float]" = asyncio.Queue()


@app.task(name="noop")
async def noop() -> None:
    starts.put_nowait(time.perf_counter())


async def main() -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for left in range(JOBS, 0, -1000):
            await noop.batch_defer_async(*[{} for _ in range(min(left, 1000))])

        began = time.perf_counter()
        await app.run_worker_async(concurrency=SLOTS, wait=False, listen_notify=False, install_signal_handlers=False)
        rate = starts.qsize() / (time.perf_counter() - began)
        while not starts.empty():
            starts.get_nowait()

        worker = asyncio.create_task(app.run_worker_async(concurrency=SLOTS, install_signal_handlers=False))
        await asyncio.sleep(1)
        pickup = []
        for sample in range(SAMPLES):
            await asyncio.sleep(0.030 + sample * 37 % 101 / 1000)
            began = time.perf_counter()
            await noop.defer_async()
            pickup.append((await starts.get() - began) * 1000)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    said = {"name": "procrastinate", "version": version("procrastinate"), "jobs_per_sec": rate, "pickup_ms": pickup}
    print(json.dumps(said))


asyncio.run(main())
