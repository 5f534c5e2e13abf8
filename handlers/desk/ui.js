// What every part of the page draws with.
import { h, render } from "./vendor/preact/preact.js";
import htm from "./vendor/htm/htm.js";
import { languageName, percent, t } from "./i18n.js";

export const html = htm.bind(h);
export { render };

const SIGNS = {
  approved: "✓", corrected: "✎", needs_review: "!", ok: "○", sent_back: "↺", pending: "…", rejected: "✕",
  failed: "✕", withdrawn: "–",
};

export const Sign = ({ status }) =>
  html`<span class=${`sign ${status}`} aria-hidden="true">${SIGNS[status]}</span>`;

export const Status = ({ status }) =>
  html`<span class=${`status ${status}`}><${Sign} status=${status} /> ${t(status)}</span>`;

// A language's status in a few pixels; its words are there to hover over and for screen readers.
export const LanguageStatus = ({ language, status, confidence }) => {
  const sure = typeof confidence === "number" ? ` · ${t("sure", percent(confidence))}` : "";
  const words = t("of", languageName(language), t(status)) + sure;
  return html`<span class=${`chip ${status}`} title=${words}>
    <${Sign} status=${status} /><span aria-hidden="true">${language.slice(0, 2)}</span>
    <span class="unseen">${words}</span>
  </span>`;
};

export const Button = ({ name, onClick, kind = "", keys = null, disabled = false, ...more }) =>
  html`<button type="button" class=${kind} disabled=${disabled} onClick=${onClick}
    title=${keys} aria-keyshortcuts=${keys} ...${more}>${t(name)}</button>`;

let opened = null;
// Closing a dialog gives the focus back; only removing it does not.
const modal = node => {
  if (node) node.showModal();
  else opened.close();
  opened = node;
};

// A modal dialog that is open as long as it is drawn.
export const Dialog = ({ id, title, onClose, children, wide = false }) =>
  html`<dialog id=${id} class=${wide ? "wide" : ""} aria-labelledby=${`${id}-title`}
    ref=${modal}
    onCancel=${event => { event.preventDefault(); onClose(); }}>
    <h2 id=${`${id}-title`}>${title}</h2>
    ${children}
  </dialog>`;
