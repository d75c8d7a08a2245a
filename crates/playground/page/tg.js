// The stand-in's control API, by which the page acts for people and sees what they see.

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`/control${path}`, options);
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error ?? `HTTP ${answer.status}`);
  return value;
}

export const tg = {
  send: (bot, user, text) => call("/send", { bot, user, text }),
  press: (bot, user, message_id, data) => call("/press", { bot, user, message_id, data }),
  pay: (bot, chat, message_id) => call("/pay", { bot, chat, message_id }),
  messages: (bot, user) => call(`/chats/${bot}/${user}`),
  commands: (bot, user) => call(`/chats/${bot}/${user}/commands`),
  fileUrl: (_bot, id) => `/control/files/${encodeURIComponent(id)}`,

  async sendFile(bot, user, file) {
    const kind = file.type.startsWith("image/") ? "photo" : "document";
    const query = new URLSearchParams({ bot, user, kind, file_name: file.name });
    if (file.type) query.set("mime_type", file.type);
    const answer = await fetch(`/control/upload?${query}`, { method: "POST", body: file });
    if (!answer.ok) throw new Error((await answer.json()).error ?? `HTTP ${answer.status}`);
  },

  /** Calls `handle(event)` for everything that happens from now on; the browser reconnects and catches up by itself. */
  watch(handle) {
    const source = new EventSource("/control/events");
    for (const kind of ["message", "edited", "deleted", "callback_answer", "chat_action", "draft"]) {
      source.addEventListener(kind, (event) => {
        // A lost connection is an event of the same name as none of ours, and carries no data.
        if (event.data) handle(JSON.parse(event.data));
      });
    }
    return source;
  },
};
