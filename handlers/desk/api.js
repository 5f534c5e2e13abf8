// The API client; paths are relative to this page.
import { t, tag } from "./i18n.js";

const KEY = "teletipo-key";
// The API's limit for a body; its limit for an article is lower.
const MAX_BYTES = 4_400_000;
const ASK_MILLISECONDS = 400;
const NINJS = "application/vnd.iptc.ninjs+json";
// Editors see what is embargoed before its time, and exports say so.
export const EMBARGOED = "embargoed=true";
// What one language's summary is exported as: media type and file extension.
export const FORMATS = {
  text: ["text/plain", "txt"], html: ["text/html", "html"], nitf: ["application/nitf+xml", "nitf.xml"],
  ninjs: [NINJS, "ninjs.json"],
};

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem?.code ?? null;
  }
}

// ---- Credentials: for this tab, and for other tabs as long as one is open

const tabs = new BroadcastChannel("teletipo-key");
tabs.addEventListener("message", event => {
  if (event.data === "ask" && hasKey()) tabs.postMessage({ key: ownKey() });
});

// Where the browser's storage is forbidden or full, the page has the key until it is reloaded.
let keyHere = "";
function ownKey() {
  try {
    return sessionStorage.getItem(KEY) ?? keyHere;
  } catch {
    return keyHere;
  }
}
export const hasKey = () => Boolean(ownKey());
export function saveKey(key) {
  keyHere = key.trim();
  try {
    sessionStorage.setItem(KEY, keyHere);
  } catch {
    // See above.
  }
}

// Returns whether another tab gave its key; an answer that comes later is told to `late`.
export function askOtherTabs(late) {
  return new Promise(resolve => {
    let isLate = false;
    const answer = event => {
      if (!event.data.key) return;
      tabs.removeEventListener("message", answer);
      if (hasKey()) return;
      saveKey(event.data.key);
      if (isLate) late();
      else resolve(true);
    };
    tabs.addEventListener("message", answer);
    tabs.postMessage("ask");
    setTimeout(() => {
      isLate = true;
      resolve(hasKey());
    }, ASK_MILLISECONDS);
  });
}

// ---- Requests

// No answer at all came.
export class Unreachable extends Error {
  code = "unreachable";
}

export async function call(path, { method = "GET", headers = {}, body } = {}) {
  const key = ownKey();
  const access = /^Bearer /i.test(key) ? { Authorization: key } : { "x-api-key": key };
  const all = { "Accept-Language": tag, ...access, ...headers };
  const response = await fetch(path, { method, headers: all, body, cache: "no-store" }).catch(error => {
    throw new Unreachable(error.message);
  });
  if (!response.ok && response.status !== 304) {
    throw new Refused(response.status, await response.json().catch(() => null));
  }
  return response;
}

// One language's summary as it goes out.
export const exported = (id, language, format) =>
  call(`summaries/${id}?language=${encodeURIComponent(language)}&${EMBARGOED}`, { headers: { Accept: FORMATS[format][0] } })
    .then(response => response.text());

export const json = (path, options) => call(path, options).then(response => response.json());

const send = (path, value, headers = {}) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(value),
  });

export const review = (id, decision, etag) =>
  send(`summaries/${id}/review?${EMBARGOED}`, decision, etag ? { "If-Match": etag } : {});

// Stores an article once, however often it is sent with the same key. Returns its ID.
export async function submit(file, targets, idempotencyKey) {
  if (file.size > MAX_BYTES) throw new Refused(413, { code: "too_large", detail: t("tooLarge") });
  const query = targets.length ? `?targets=${encodeURIComponent(targets.join(","))}` : "";
  const response = await call(`summaries${query}`, {
    method: "POST",
    headers: { "Content-Type": typeOf(file), "Idempotency-Key": idempotencyKey },
    body: file,
  });
  return (await response.json()).id;
}

function typeOf(file) {
  const name = (file.name ?? "").toLowerCase();
  if (name.endsWith(".json")) return NINJS;
  if (/\.html?$/.test(name) || file.type === "text/html") return "text/html";
  // Its bytes tell what it is.
  return file.type.startsWith("text/plain") || name.endsWith(".txt") ? "text/plain" : "application/octet-stream";
}
