// The API client; paths are relative to this page.
const KEY = "teletipo-key";
const RAW_LIMIT = 2_000_000;
export const NINJS = "application/vnd.iptc.ninjs+json";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `${status}`);
    this.status = status;
  }
}

// Takes the key from the URL's fragment (which no server sees) and keeps it for this tab.
export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    saveKey(given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

export const saveKey = key => sessionStorage.setItem(KEY, key.trim());

export async function call(path, { method = "GET", headers = {}, body } = {}) {
  const key = sessionStorage.getItem(KEY) ?? "";
  const access = /^Bearer /i.test(key) ? { Authorization: key } : { "x-api-key": key };
  const response = await fetch(path, { method, headers: { ...access, ...headers }, body });
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => null));
  return response;
}

export const json = (path, options) => call(path, options).then(response => response.json());

const send = (path, value, headers = {}) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(value),
  });

export async function review(id, decision, etag) {
  return send(`summaries/${id}/review`, decision, etag ? { "If-Match": etag } : {});
}

// Returns the summary's path, and the response if the summary came at once.
export async function submit(file, targets, seconds) {
  const type = typeOf(file);
  if (file.size > RAW_LIMIT) return { where: await upload(file, type, targets) };
  const query = targets.length ? `?targets=${encodeURIComponent(targets.join(","))}` : "";
  const response = await call(`summaries${query}`, {
    method: "POST",
    headers: {
      "Content-Type": type,
      "Idempotency-Key": crypto.randomUUID(),
      Prefer: `wait=${seconds}`,
    },
    body: file,
  });
  return {
    where: response.headers.get("Location") ?? response.headers.get("Content-Location"),
    response: response.status === 200 ? response : null,
  };
}

function typeOf(file) {
  const name = (file.name ?? "").toLowerCase();
  if (name.endsWith(".json")) return NINJS;
  return /\.html?$/.test(name) || file.type === "text/html" ? "text/html" : "text/plain";
}

async function upload(file, type, targets) {
  const options = targets.length ? { targets } : {};
  const form = await (await send("uploads", { content_type: type, options })).json();
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append("file", file);
  const response = await fetch(form.url, { method: "POST", body: data });
  if (!response.ok) throw new Refused(response.status, null);
  return `summaries/${form.id}`;
}
