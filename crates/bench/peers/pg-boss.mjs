// pg-boss: jobs that do nothing. node pg-boss.mjs URL SLOTS JOBS SAMPLES
import { createRequire } from "node:module";
import PgBoss from "pg-boss";

const [url, slots, jobs, samples] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const { version } = createRequire(import.meta.url)("pg-boss/package.json");
const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
boss.on("error", (error) => console.error(error));
await boss.start();
await boss.createQueue("noop");
for (let left = jobs; left > 0; left -= 1000) {
  await boss.insert(Array.from({ length: Math.min(left, 1000) }, () => ({ name: "noop", data: {} })));
}
await boss.getDb().executeSql("VACUUM ANALYZE");

// Its own workers rest for half a second at least between two looks; so many loops that never rest do it more than justice.
const began = performance.now();
let done = 0;
const loop = async () => {
  for (;;) {
    const [job] = await boss.fetch("noop");
    if (!job) return;
    await boss.complete("noop", job.id);
    done++;
  }
};
await Promise.all(Array.from({ length: slots }, loop));
const jobsPerSec = done / ((performance.now() - began) / 1000);

// Its quickest pace.
let started = () => {};
await boss.work("noop", { pollingIntervalSeconds: 0.5 }, async () => started(performance.now()));
const pickup = [];
for (let sample = 0; sample < samples; sample++) {
  await new Promise((resolve) => setTimeout(resolve, 30 + ((sample * 37) % 101)));
  const start = new Promise((resolve) => (started = resolve));
  const at = performance.now();
  await boss.send("noop", {});
  pickup.push((await start) - at);
}
console.log(JSON.stringify({ name: "pg-boss", version, jobs_per_sec: jobsPerSec, pickup_ms: pickup }));
process.exit(0);
