// A phone: five chats of one person, one of them open.

import { ask, el, icon } from "./dom.js";
import { messageNode } from "./message.js";

const COLORS = ["#4f7c74", "#6a7fb5", "#a06c8f", "#b0804a", "#6b8f4e"];
const ACTIONS = { typing: "печатает…", upload_document: "отправляет файл…", upload_photo: "отправляет фото…" };

export class Phone {
  /** `person`: {id, name, role}; `tg`: the stand-in; `others()`: the other phones. */
  constructor(root, person, bots, tg) {
    this.person = person;
    this.bots = bots;
    this.tg = tg;
    this.others = () => [];
    this.chats = new Map(bots.map((bot) => [bot.id, { messages: new Map(), unread: 0, nodes: new Map() }]));
    this.read = JSON.parse(localStorage.getItem(`read-${person.id}`) ?? "{}");
    this.build(root);
    this.open(bots[person.role === "client" ? 1 : 0].id);
  }

  build(root) {
    this.tabs = new Map();
    const rail = el("div", { className: "rail", role: "tablist", "aria-label": `Боты: ${this.person.name}`, "aria-orientation": "vertical" });
    rail.append(el("div", { className: "owner" }, this.person.name, el("small", {}, this.person.title)));
    this.bots.forEach((bot, at) => {
      const badge = el("span", { className: "badge", hidden: true });
      const tab = el("button", { type: "button", className: "bot-tab", role: "tab", title: bot.title, "aria-label": bot.title }, avatar(bot, at), badge);
      tab.onclick = () => this.open(bot.id);
      tab.onkeydown = (event) => this.railKey(event, at);
      this.tabs.set(bot.id, { tab, badge });
      rail.append(tab);
    });
    this.title = el("h2");
    this.status = el("div", { className: "status dim", role: "status" });
    this.headAvatar = el("div");
    this.strip = el("div", { className: "strip", hidden: true });
    this.log = el("div", { className: "log", role: "log", "aria-live": "polite", tabIndex: 0 });
    this.composer = el("form", { className: "composer" });
    this.composer.onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    const head = el("header", { className: "chat-head" }, this.headAvatar, el("div", {}, this.title, this.status));
    this.screen = el("div", { className: "screen" }, head, this.strip, this.log, this.composer);
    root.replaceChildren(rail, this.screen);
  }

  railKey(event, at) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.bots[(at + step + this.bots.length) % this.bots.length];
    this.open(next.id);
    this.tabs.get(next.id).tab.focus();
  }

  get chat() {
    return this.chats.get(this.current);
  }

  bot(id = this.current) {
    return this.bots.find((bot) => bot.id === id);
  }

  /** Shows a bot's chat; with a start parameter the way into it is one button, as in Telegram. */
  open(botId, startParameter) {
    this.current = botId;
    if (startParameter !== undefined) this.chat.start = startParameter;
    for (const [id, { tab }] of this.tabs) {
      tab.setAttribute("aria-selected", String(id === botId));
      tab.tabIndex = id === botId ? 0 : -1;
    }
    const bot = this.bot();
    this.title.textContent = bot.title;
    this.headAvatar.replaceChildren(avatar(bot, this.bots.indexOf(bot), "small"));
    this.chat.nodes.clear();
    this.log.replaceChildren(el("div", { className: "filler" }));
    for (const message of this.chat.messages.values()) this.place(message);
    this.showStatus();
    this.showComposer();
    this.markRead();
    this.log.scrollTop = this.log.scrollHeight;
  }

  markRead() {
    const last = Math.max(0, ...this.chat.messages.keys());
    this.chat.unread = 0;
    if ((this.read[this.current] ?? 0) < last) {
      this.read[this.current] = last;
      localStorage.setItem(`read-${this.person.id}`, JSON.stringify(this.read));
    }
    this.showBadge(this.current);
  }

  showBadge(botId) {
    const { badge, tab } = this.tabs.get(botId);
    const { unread } = this.chats.get(botId);
    badge.hidden = unread === 0;
    badge.textContent = unread > 99 ? "99+" : String(unread);
    tab.setAttribute("aria-label", unread ? `${this.bot(botId).title}, непрочитанных: ${unread}` : this.bot(botId).title);
  }

  // --- what happens in Telegram -------------------------------------------------------------------------------------------

  /** A message appeared or changed. `fresh`: it happens now, it is not history. */
  message(botId, message, { fresh, edited }) {
    const chat = this.chats.get(botId);
    if (!chat) return;
    const known = chat.messages.has(message.message_id);
    chat.messages.set(message.message_id, message);
    if (message.from_bot) this.setAction(botId, null);
    if (botId === this.current) {
      const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160;
      const node = this.place(message);
      if (edited && fresh) node.classList.add("changed");
      if (near || !message.from_bot) this.log.scrollTop = this.log.scrollHeight;
      this.markRead();
      if (!known) this.showComposer();
    } else if (message.from_bot && !known && message.message_id > (this.read[botId] ?? 0)) {
      chat.unread += 1;
      this.showBadge(botId);
    }
  }

  deleted(botId, messageId) {
    const chat = this.chats.get(botId);
    chat?.messages.delete(messageId);
    chat?.nodes.get(messageId)?.remove();
    chat?.nodes.delete(messageId);
  }

  /** "Is typing" for the six seconds Telegram shows it. */
  setAction(botId, action) {
    const chat = this.chats.get(botId);
    clearTimeout(chat.actionTimer);
    chat.action = action;
    if (action) chat.actionTimer = setTimeout(() => this.setAction(botId, null), 6000);
    if (botId === this.current) this.showStatus();
  }

  place(message) {
    const chat = this.chat;
    const node = messageNode(message, this.actions());
    const old = chat.nodes.get(message.message_id);
    if (old?.isConnected) {
      const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
      old.replaceWith(node);
      if (focused >= 0) node.querySelectorAll("button, a")[focused]?.focus();
    } else {
      this.log.append(node);
    }
    chat.nodes.set(message.message_id, node);
    return node;
  }

  showStatus() {
    const action = this.chat.action;
    this.status.textContent = action ? (ACTIONS[action] ?? "печатает…") : `@${this.bot().username}`;
    this.status.classList.toggle("typing", Boolean(action));
  }

  toast(text) {
    this.screen.querySelector(".toast")?.remove();
    const node = el("div", { className: "toast", role: "alert" }, text);
    this.screen.append(node);
    setTimeout(() => node.remove(), 3500);
  }

  callbackAnswer(botId, answer) {
    const waiting = this.chats.get(botId)?.waiting;
    waiting?.classList.remove("waiting");
    if (answer.url) this.follow(answer.url);
    if (!answer.text) return;
    if (answer.show_alert) ask(this.bot(botId).title, [el("p", {}, answer.text)], [{ label: "Понятно", primary: true }]);
    else this.toast(answer.text);
  }

  // --- what the person does -----------------------------------------------------------------------------------------------

  actions() {
    const botId = this.current;
    return {
      link: (url) => this.follow(url),
      command: (text) => this.say(text),
      toast: (text) => this.toast(text),
      file: (id) => this.tg.fileUrl(botId, id),
      copy: (text) => this.copy(text),
      press: async (message, button, node) => {
        this.chat.waiting = node;
        node.classList.add("waiting");
        setTimeout(() => node.classList.remove("waiting"), 3000);
        await this.attempt(() => this.tg.press(botId, this.person.id, message.message_id, button.callback_data));
      },
      pay: (message, node) => this.pay(botId, message, node),
    };
  }

  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      this.toast(String(error.message ?? error));
      return null;
    }
  }

  async pay(botId, message, node) {
    const { title, description, total_amount: amount } = message.invoice;
    const yes = await ask(title, [el("p", {}, description), el("p", {}, `Списать ★ ${amount}? Звёзды здесь ненастоящие.`)], [
      { label: "Отмена" },
      { label: `Заплатить ★ ${amount}`, value: true, primary: true },
    ]);
    if (!yes) return;
    node.classList.add("waiting");
    const result = await this.attempt(() => this.tg.pay(botId, this.person.id, message.message_id));
    node.classList.remove("waiting");
    if (result?.outcome === "refused") this.toast(`Отказ: ${result.reason}`);
    if (result?.outcome === "timed_out") this.toast("Бот не ответил вовремя");
  }

  async say(text) {
    await this.attempt(() => this.tg.send(this.current, this.person.id, text));
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without permission the link still goes to the other phone by the strip below.
    }
    this.toast("Скопировано");
    const link = text.match(/https:\/\/t\.me\/\S+/)?.[0];
    if (link) for (const phone of this.others()) phone.offer("Вам прислали ссылку", link);
  }

  /** A line under the header with one link to open. */
  offer(text, url) {
    const open = el("button", { type: "button" }, "Открыть");
    const close = el("button", { type: "button", className: "icon-button", "aria-label": "Закрыть" }, icon("close", 16));
    const hide = () => {
      this.strip.hidden = true;
    };
    open.onclick = () => {
      hide();
      this.follow(url, true);
    };
    close.onclick = hide;
    close.style.background = "none";
    close.style.color = "inherit";
    this.strip.replaceChildren(el("span", {}, text), open, close);
    this.strip.hidden = false;
  }

  /** Opens a link: a bot's link in a phone, any other one in a new tab. */
  async follow(url, here = false) {
    const target = new URL(url);
    if (target.hostname !== "t.me") {
      window.open(url, "_blank", "noopener");
      return;
    }
    if (target.pathname === "/share/url") {
      await this.follow(target.searchParams.get("url") ?? url, here);
      return;
    }
    const name = target.pathname.slice(1).toLowerCase();
    const bot = this.bots.find((one) => one.username.toLowerCase() === name);
    if (!bot) {
      this.toast("Такого бота здесь нет");
      return;
    }
    const start = target.searchParams.get("start") ?? "";
    const other = this.others()[0];
    let phone = this;
    if (!here && other && bot.id === "screen" && start) {
      const where = await ask("Открыть ссылку", [el("p", {}, `Ссылка ведёт в бота «${bot.title}».`), el("p", { className: "address" }, url)], [
        { label: "Отмена" },
        { label: "Здесь", value: "here" },
        { label: other.person.role === "client" ? "На телефоне клиента" : "На телефоне специалиста", value: "there", primary: true },
      ]);
      if (!where) return;
      if (where === "there") phone = other;
    }
    phone.open(bot.id, start);
    phone.composer.querySelector(".start, textarea")?.focus();
  }

  // --- the line to write in -----------------------------------------------------------------------------------------------

  showComposer() {
    const chat = this.chat;
    const empty = chat.messages.size === 0;
    if (empty && !this.log.querySelector(".empty")) this.log.append(el("p", { className: "empty" }, "Здесь пока пусто"));
    if (!empty) this.log.querySelector(".empty")?.remove();
    if (empty || chat.start) {
      const start = el("button", { type: "button", className: "start" }, "Начать");
      start.onclick = () => {
        const parameter = chat.start;
        chat.start = undefined;
        this.say(parameter ? `/start ${parameter}` : "/start");
        if (!empty) this.showComposer();
      };
      this.composer.replaceChildren(start);
      this.input = null;
      return;
    }
    if (this.input?.isConnected) return;
    this.input = el("textarea", { rows: 1, placeholder: "Сообщение", "aria-label": "Сообщение" });
    this.input.onkeydown = (event) => this.inputKey(event);
    this.input.oninput = () => {
      this.fit();
      if (this.input.value === "/") this.showMenu();
    };
    const menu = el("button", { type: "button", className: "icon-button", "aria-label": "Команды", title: "Команды", onclick: () => (this.menu ? this.hideMenu() : this.showMenu()) }, icon("menu"));
    const attach = el("input", { type: "file", hidden: true, onchange: () => this.attach(attach) });
    const clip = el("button", { type: "button", className: "icon-button", "aria-label": "Прикрепить файл", title: "Прикрепить файл", onclick: () => attach.click() }, icon("attach"));
    const send = el("button", { type: "submit", className: "icon-button", "aria-label": "Отправить", title: "Отправить" }, icon("send"));
    this.composer.replaceChildren(menu, this.input, attach, clip, send);
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  inputKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    const text = this.input?.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    this.hideMenu();
    this.say(text);
  }

  async attach(input) {
    const file = input.files[0];
    input.value = "";
    if (file) await this.attempt(() => this.tg.sendFile(this.current, this.person.id, file));
  }

  async showMenu() {
    const commands = (await this.attempt(() => this.tg.commands(this.current, this.person.id))) ?? [];
    this.hideMenu();
    if (!commands.length) {
      this.toast("У бота нет списка команд");
      return;
    }
    const menuButton = this.composer.querySelector("[aria-label=Команды]");
    const pick = (command) => {
      this.hideMenu();
      if (this.input) this.input.value = "";
      this.say(`/${command}`);
    };
    this.menu = el("div", { className: "menu", role: "menu" });
    for (const { command, description } of commands) {
      this.menu.append(el("button", { type: "button", role: "menuitem", onclick: () => pick(command) }, el("b", {}, `/${command}`), el("span", {}, description)));
    }
    this.menu.onfocusout = (event) => {
      if (this.menu && !this.menu.contains(event.relatedTarget) && event.relatedTarget !== menuButton) this.hideMenu();
    };
    this.menu.onkeydown = (event) => {
      const items = [...this.menu.children];
      const at = items.indexOf(document.activeElement);
      if (event.key.length === 1 && event.key !== " ") {
        // A command typed by hand goes on in the line.
        this.input.value += event.key;
        this.leaveMenu();
      } else if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
      else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
      else if (event.key === "Escape") this.leaveMenu();
      else return;
      event.preventDefault();
    };
    this.composer.append(this.menu);
    this.menu.firstElementChild.focus();
  }

  leaveMenu() {
    this.hideMenu();
    this.input?.focus();
  }

  hideMenu() {
    this.menu?.remove();
    this.menu = null;
  }
}

function avatar(bot, at, extra = "") {
  const node = el("div", { className: `avatar ${extra}`, "aria-hidden": "true" }, bot.title.slice(0, 2));
  node.style.background = COLORS[at % COLORS.length];
  return node;
}
