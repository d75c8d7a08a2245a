// The panel: rows moving through the tables, the services, the clock.

import { el, icon } from "./dom.js";

const CARDS = {
  jobs: "Задания",
  outbox: "Исходящие",
  runs: "Запуски",
  ledger: "Звёзды",
};

/** States worth a place only when something is in them. */
const RARE = ["failed", "canceled", "held", "expired"];

const clockNode = document.getElementById("clock");
const uptimeNode = document.getElementById("uptime");
const offline = document.getElementById("offline");
const servicesNode = document.getElementById("services");

/** Asks for rows twice a second, for as long as somebody looks. */
export function watchRows() {
  const cards = Object.entries(CARDS).map(([name, title]) => [name, new Card(document.getElementById(`card-${name}`), title)]);
  const tick = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch("/api/rows");
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        const state = await answer.json();
        for (const [name, card] of cards) card.show(state[name]);
        showServices(state.services);
        clockNode.textContent = moment(state.now);
        uptimeNode.textContent = `работает ${duration(state.uptime_secs)}`;
        offline.hidden = true;
      } catch {
        offline.hidden = false;
      }
    }
    setTimeout(tick, 500);
  };
  tick();
}

function moment(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("ru-RU");
}

function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / 60)} ч ${minutes % 60} мин`;
}

/** One table: how many rows in which state, and the newest ones. */
class Card {
  constructor(root, title) {
    this.chips = el("div", { className: "chips" });
    this.rows = el("div", { className: "rows", tabIndex: 0, "aria-label": title });
    this.seen = new Map();
    this.counts = new Map();
    root.replaceChildren(el("header", {}, el("h2", {}, title), this.chips), this.rows);
  }

  show({ counts, rows }) {
    this.chips.replaceChildren(
      ...counts.filter(({ name, count }) => count || !RARE.includes(name)).map(({ name, count }) => {
        const known = this.counts.get(name);
        const changed = known !== undefined && known !== count;
        this.counts.set(name, count);
        return el("span", { className: `chip${count ? "" : " zero"}${changed ? " flash" : ""}` }, `${name} `, el("b", {}, String(count)));
      }),
    );
    const first = this.seen.size === 0;
    const nodes = rows.map((row) => {
      const sign = JSON.stringify(row);
      const moved = !first && this.seen.get(row.id) !== sign;
      this.seen.set(row.id, sign);
      const title = `${moment(row.at)} ${row.what} ${row.note ?? ""} ${row.status} · ${row.id}`;
      return el(
        "div",
        { className: `row${moved ? " flash" : ""}`, title },
        el("span", { className: "when" }, moment(row.at)),
        el("span", {}, row.note ? `${row.what} · ${row.note}` : row.what),
        el("span", { className: `state ${row.status}` }, row.label ?? row.status),
      );
    });
    if (!rows.length) nodes.push(el("p", { className: "empty" }, "пока пусто"));
    const sign = rows.map((row) => `${row.id}${JSON.stringify(row)}`).join();
    if (sign !== this.sign) this.rows.replaceChildren(...nodes);
    this.sign = sign;
  }
}

function showServices(services) {
  const sign = JSON.stringify(services);
  if (servicesNode.dataset.sign === sign) return;
  servicesNode.dataset.sign = sign;
  servicesNode.replaceChildren(
    ...services.map(({ name, state, note }) => {
      const short = name.replace("psycheos-", "");
      const parts = [
        el("span", { className: `dot ${state}`, role: "img", "aria-label": { up: "работает", down: "остановлена" }[state] ?? "ждёт" }),
        el("span", { className: "name", title: note ?? "" }, short),
      ];
      if (short !== "cron") parts.push(serviceButton(name, state));
      return el("div", { className: "service" }, parts);
    }),
  );
}

/** Killing a service shows that nothing is lost: the work goes on when it is started again. */
function serviceButton(name, state) {
  const [verb, sign, title] = state === "up" ? ["kill", "close", "kill -9: ничего не потеряется"] : ["restart", "start", "Запустить снова"];
  const button = el("button", { type: "button", title, "aria-label": `${title}: ${name}` }, icon(sign, 12));
  button.onclick = async () => {
    button.disabled = true;
    await fetch(`/api/services/${name}/${verb}`, { method: "POST" });
  };
  return button;
}
