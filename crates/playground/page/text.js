// Formatted text: a plain string and Telegram's entities, whose offsets count UTF-16 units, as JavaScript's strings do.

import { el } from "./dom.js";

/** Nodes for a text. `actions.link(url)` and `actions.command(text)` are called when one is pressed. */
export function formatted(text, entities, actions) {
  const spans = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return piece(text, 0, text.length, spans, actions);
}

function piece(text, from, to, spans, actions) {
  const nodes = [];
  const plain = (start, end) => nodes.push(...found(text.slice(start, end), actions));
  let at = from;
  for (let i = 0; i < spans.length; i += 1) {
    const span = spans[i];
    const end = Math.min(span.offset + span.length, to);
    if (span.offset < at || span.offset >= to) continue;
    if (span.offset > at) plain(at, span.offset);
    const inner = spans.slice(i + 1).filter((other) => other.offset >= span.offset && other.offset + other.length <= end);
    nodes.push(wrap(span, text.slice(span.offset, end), piece(text, span.offset, end, inner, actions), actions));
    at = end;
  }
  if (at < to) plain(at, to);
  return nodes;
}

/** Links and commands in plain text, which Telegram's apps find by themselves. */
function found(text, actions) {
  return text.split(/(https?:\/\/[^\s<>"»]*[^\s<>"».,;:!?)]|(?<![\p{L}\p{N}\/])\/[a-z][a-z0-9_]{0,31}(?![\p{L}\p{N}\/]))/u).map((part, at) => {
    if (at % 2 === 0) return part;
    return part.startsWith("/") ? command(part, [part], actions) : link(part, [part], actions);
  });
}

function command(text, children, actions) {
  return el("button", { type: "button", className: "command", onclick: () => actions.command(text) }, children);
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrap(span, raw, children, actions) {
  if (span.type === "code" || span.type === "pre") return el(span.type, {}, raw);
  if (TAGS[span.type]) return el(TAGS[span.type], {}, children);
  switch (span.type) {
    case "text_link":
      return link(span.url, [raw], actions);
    case "url":
      return link(raw, [raw], actions);
    case "bot_command":
      return command(raw, [raw], actions);
    case "spoiler": {
      const node = el("button", { type: "button", className: "spoiler", "aria-label": "Скрытый текст" }, children);
      node.onclick = () => node.classList.add("open");
      return node;
    }
    default:
      return el("span", {}, children);
  }
}

function link(target, children, actions) {
  const href = /^[a-z][a-z0-9+.-]*:/i.test(target) ? target : `https://${target}`;
  const node = el("a", { href, rel: "noopener noreferrer" }, children);
  node.onclick = (event) => {
    event.preventDefault();
    actions.link(href);
  };
  return node;
}
