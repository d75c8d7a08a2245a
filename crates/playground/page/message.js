// One message of a chat as an element.

import { ask, clock, el, icon, size } from "./dom.js";
import { formatted } from "./text.js";

/** The element of a message. `actions`: link, command, press, pay, copy, file. */
export function messageNode(message, actions) {
  const note = serviceNote(message);
  if (note) return el("div", { className: "service-note", "data-id": message.message_id }, note);
  const keyboard = message.reply_markup?.inline_keyboard;
  const side = message.from_bot ? "theirs" : "mine";
  const node = el("div", { className: `message ${side}${keyboard ? " wide" : ""}`, "data-id": message.message_id });
  node.append(bubble(message, actions));
  if (keyboard) node.append(keyboardNode(message, keyboard, actions));
  else if (message.invoice) node.append(keyboardNode(message, [[{ text: `Заплатить ★ ${message.invoice.total_amount}`, pay: true }]], actions));
  return node;
}

function bubble(message, actions) {
  const parts = [];
  if (message.photo) parts.push(picture(message, actions));
  if (message.document) parts.push(documentCard(message.document, actions));
  if (message.invoice) parts.push(invoice(message.invoice));
  if (message.text) parts.push(el("div", { className: "body" }, formatted(message.text, message.entities, actions)));
  const edited = message.edited ? "изменено " : "";
  const lock = message.protected ? "не пересылается · " : "";
  return el("div", { className: "bubble" }, parts, el("span", { className: "stamp" }, `${lock}${edited}${clock(message.date)}`));
}

function serviceNote(message) {
  const other = message.other ?? {};
  if (other.successful_payment) return `Вы заплатили ★ ${other.successful_payment.total_amount}`;
  if (other.refunded_payment) return `Вам вернули ★ ${other.refunded_payment.total_amount}`;
  const known = Object.keys(other).filter((name) => name !== "caption");
  if (known.length && !message.text && !message.photo && !message.document) return `[${known[0]}]`;
  return null;
}

function invoice(data) {
  return el("div", { className: "invoice" }, el("strong", {}, data.title), el("span", {}, data.description), el("span", { className: "price" }, `★ ${data.total_amount}`));
}

function documentCard(document, actions) {
  const name = document.file_name ?? "файл";
  const kind = name.includes(".") ? name.split(".").pop().slice(0, 4) : "файл";
  return el(
    "button",
    { type: "button", className: "document", "aria-label": `Открыть ${name}`, onclick: () => openDocument(document, actions.file(document.file_id)) },
    el("span", { className: "sheet", "aria-hidden": "true" }, kind),
    el("span", {}, el("strong", {}, name), el("small", {}, size(document.file_size ?? 0))),
  );
}

async function openDocument(document, href) {
  const name = document.file_name ?? "file";
  const actions = [
    { label: "Скачать", href, download: name },
    { label: "Закрыть", primary: true },
  ];
  const content = [];
  if (/\.(txt|json|md|csv)$/i.test(name)) {
    const answer = await fetch(href);
    let text = await answer.text();
    if (/\.json$/i.test(name)) {
      try {
        text = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // Shown as it is.
      }
    }
    content.push(el("pre", { tabIndex: 0 }, text));
  } else if (/\.(png|jpe?g|gif|webp|svg)$/i.test(name)) {
    content.push(el("img", { src: href, alt: name }));
  } else {
    content.push(el("p", {}, `Файл этого вида открывается в своей программе (${size(document.file_size ?? 0)}).`));
  }
  await ask(name, content, actions);
}

function picture(message, actions) {
  const src = actions.file(message.photo.file_id);
  const alt = message.text || "Изображение";
  const image = el("img", { src, alt, width: message.photo.width, height: message.photo.height });
  image.style.height = "auto";
  const zoom = () => ask("Изображение", [el("img", { src, alt })], [{ label: "Скачать", href: src, download: "picture.png" }, { label: "Закрыть", primary: true }]);
  return el("button", { type: "button", className: "picture", "aria-label": "Увеличить изображение", onclick: zoom }, image);
}

function keyboardNode(message, rows, actions) {
  return el(
    "div",
    { className: "keyboard" },
    rows.map((row) => el("div", { className: row.length > 3 ? "key-row many" : "key-row" }, row.map((button) => key(message, button, actions)))),
  );
}

function key(message, button, actions) {
  const node = el("button", { type: "button", className: "key" }, button.text);
  const mark = (name) => node.append(el("small", { "aria-hidden": "true" }, icon(name, 11)));
  if (button.callback_data !== undefined) {
    node.onclick = () => actions.press(message, button, node);
  } else if (button.url) {
    mark("open");
    node.onclick = () => actions.link(button.url);
  } else if (button.copy_text) {
    mark("copy");
    node.onclick = () => actions.copy(button.copy_text.text);
  } else if (button.pay) {
    if (message.invoice?.paid_by?.length) {
      node.textContent = "Оплачено";
      node.disabled = true;
    }
    node.onclick = () => actions.pay(message, node);
  } else {
    node.onclick = () => actions.toast("Такие кнопки здесь не работают");
  }
  return node;
}
