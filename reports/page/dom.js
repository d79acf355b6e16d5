// Elements without markup: what reports say comes from files and peers, and is only ever text.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// Calls `draw` once before the next frame, however often it is asked to.
export function once_a_frame(draw) {
  let is_due = false;
  return () => {
    if (is_due) return;
    is_due = true;
    requestAnimationFrame(() => {
      is_due = false;
      draw();
    });
  };
}

// Made once: to make one takes longer than to use it a thousand times.
const SMALL = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });
const LARGE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
export const number = (value) => (Math.abs(value) < 1 ? SMALL : LARGE).format(value);

export const copyable = (command) =>
  h("p", { class: "command" }, h("code", {}, command),
    h("button", {
      type: "button",
      onclick: (event) => {
        const code = event.target.previousSibling;
        getSelection().selectAllChildren(code);
        event.target.textContent = document.execCommand("copy") ? "Copied" : "Selected";
      },
    }, "Copy"));
