// The page: two phones and the panel.

import { el, icon } from "./dom.js";
import { Phone } from "./phone.js";
import { watchRows } from "./rows.js";
import { tg } from "./tg.js";

const setup = await (await fetch("/api/setup")).json();
document.getElementById("mode").textContent = setup.mode;
theme();
watchRows();
if (setup.bridge) showBridge();
else await showPhones();

function theme() {
  document.getElementById("theme").replaceChildren(icon("theme"));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
  };
  show();
  dark.addEventListener("change", show);
  document.getElementById("theme").onclick = () => {
    localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    show();
  };
}

async function showPhones() {
  // What was read in an earlier life of the stand-in says nothing about this one.
  if (localStorage.getItem("stand-in") !== setup.started) {
    for (const person of setup.people) localStorage.removeItem(`read-${person.id}`);
    localStorage.setItem("stand-in", setup.started);
  }
  const phones = setup.people.map((person) => new Phone(document.getElementById(`phone-${person.role}`), person, setup.bots, tg));
  for (const phone of phones) phone.others = () => phones.filter((other) => other !== phone);
  const early = [];
  let handle = (event) => early.push(event);
  tg.watch((event) => handle(event));
  await Promise.all(phones.flatMap((phone) => setup.bots.map((bot) => loadHistory(phone, bot))));
  handle = (event) => {
    const phone = phones.find((one) => one.person.id === event.chat);
    if (phone) apply(phone, event);
  };
  early.forEach((event) => handle(event));
  for (const phone of phones) phone.open(phone.current);
  if (setup.invite) phones.find((phone) => phone.person.role === "specialist")?.offer("Вас пригласили в PsycheOS Pro", setup.invite);
}

async function loadHistory(phone, bot) {
  for (const message of await tg.messages(bot.id, phone.person.id)) phone.message(bot.id, message, { fresh: false, edited: false });
}

function apply(phone, { kind, bot, data }) {
  switch (kind) {
    case "message":
      phone.message(bot, data, { fresh: true, edited: false });
      break;
    case "edited":
      phone.message(bot, data, { fresh: true, edited: true });
      break;
    case "deleted":
      phone.deleted(bot, data.message_id);
      break;
    case "callback_answer":
      phone.callbackAnswer(bot, data);
      break;
    case "chat_action":
      phone.setAction(bot, data.action);
      break;
    default:
      phone.setAction(bot, "typing");
  }
}

function showBridge() {
  const links = setup.bots.map((bot) => el("p", {}, el("a", { href: `https://t.me/${bot.username}`, target: "_blank", rel: "noopener" }, `${bot.title} · @${bot.username}`)));
  const invite = setup.invite ? [el("p", {}, "Приглашение специалиста:"), el("p", {}, el("a", { href: setup.invite, target: "_blank", rel: "noopener" }, setup.invite))] : [];
  const card = el("div", { className: "bridge" }, el("h2", {}, "Боты настоящие"), el("p", {}, "Сообщения идут через Telegram: откройте его на телефоне."), links, invite);
  const place = document.getElementById("phone-specialist");
  place.replaceChildren(card);
  place.style.gridColumn = "1 / span 2";
  document.getElementById("phone-client").hidden = true;
}
