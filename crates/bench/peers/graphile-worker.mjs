// graphile-worker: jobs that do nothing. node graphile-worker.mjs URL SLOTS JOBS SAMPLES
import { createRequire } from "node:module";
import { Logger, makeWorkerUtils, run } from "graphile-worker";

const [url, slots, jobs, samples] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const { version } = createRequire(import.meta.url)("graphile-worker/package.json");
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString: url, logger });
await utils.migrate();
await utils.withPgClient((client) =>
  client.query("SELECT graphile_worker.add_job('noop', '{}'::json) FROM generate_series(1, $1)", [jobs]),
);
await utils.withPgClient((client) => client.query("VACUUM ANALYZE"));

let started = () => {};
const noop = () => started(performance.now());
const settings = { connectionString: url, concurrency: slots, noHandleSignals: true, logger, taskList: { noop } };

// The rate: from the first job's start to the last one's.
let done = 0;
let first = 0;
let runner;
const last = await new Promise((resolve, reject) => {
  started = (at) => {
    first ||= at;
    if (++done === jobs) resolve(at);
  };
  run(settings).then((made) => (runner = made), reject);
});
const jobsPerSec = jobs / ((last - first) / 1000);

const pickup = [];
for (let sample = 0; sample < samples; sample++) {
  await new Promise((resolve) => setTimeout(resolve, 30 + ((sample * 37) % 101)));
  const start = new Promise((resolve) => (started = resolve));
  const began = performance.now();
  await utils.addJob("noop", {});
  pickup.push((await start) - began);
}
await runner.stop();
await utils.release();
console.log(JSON.stringify({ name: "graphile-worker", version, jobs_per_sec: jobsPerSec, pickup_ms: pickup }));
