// Making elements, and the one dialog of the page.

/** An element with properties, attributes (`aria-*`, `role`, `data-*`) and children. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const dialog = document.getElementById("dialog");

/** Shows a dialog; resolves with the value of the action that closed it, or null. */
export function ask(title, content, actions) {
  return new Promise((resolve) => {
    const close = (value) => {
      dialog.onclose = null;
      if (dialog.open) dialog.close();
      resolve(value);
    };
    const buttons = actions.map(({ label, value, href, download, primary }) => {
      const className = primary ? "primary" : "";
      if (href) return el("a", { href, download: download ?? "", className }, label);
      return el("button", { type: "button", className, onclick: () => close(value ?? null) }, label);
    });
    dialog.replaceChildren(el("h2", {}, title), ...content, el("div", { className: "actions" }, buttons));
    dialog.onclose = () => resolve(null);
    if (dialog.open) dialog.close();
    dialog.onclose = () => close(null);
    dialog.showModal();
    dialog.querySelector(".primary")?.focus();
  });
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

/** Hours and minutes of a moment in seconds since 1970. */
export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" });
}

/** A size in bytes in words. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1).replace(".", ",")} КБ`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}

const ICONS = {
  attach: "M20 11.5l-7.6 7.6a5 5 0 0 1-7.1-7.1l8.1-8.1a3.4 3.4 0 0 1 4.8 4.8l-8 8a1.7 1.7 0 0 1-2.4-2.4l7.3-7.3",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  menu: "M4 7h16M4 12h16M4 17h10",
  open: "M8 16L17 7M9 7h8v8",
  send: "M4 12L20 4l-5 16-4-6z",
  start: "M8 5l11 7-11 7z",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
};

/** A line drawing; what it means is said by the button around it. */
export function icon(name, pixels = 20) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of Object.entries({ viewBox: "0 0 24 24", width: pixels, height: pixels, fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) {
    svg.setAttribute(attribute, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
