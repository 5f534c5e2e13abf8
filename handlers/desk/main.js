// The desk: its state, its addresses, and what the editor does with them.
import { NINJS, Refused, askOtherTabs, call, hasKey, json, review, saveKey, submit } from "./api.js";
import { Article } from "./article.js";
import { ConflictDialog, HelpDialog, KeyDialog, NewDialog } from "./dialogs.js";
import { language as ownLanguage, languageName, problemText, t, tag } from "./i18n.js";
import { Queue, shown, titleOf } from "./queue.js";
import * as store from "./store.js";
import { Actions, SummaryPane, Tabs } from "./summary.js";
import { edition, fileName, joined, ninjsOf, page, plainText } from "./text.js";
import { Button, html, render } from "./ui.js";

const LIST_MILLISECONDS = 5000;
const PENDING_MILLISECONDS = 1500;
const OPENED_MILLISECONDS = 8000;
const SAID_MILLISECONDS = 10_000;
const PAGE = 100;
const MOST_PAGES_AT_ONCE = 5;
const FEW = 20;
const WIDE = matchMedia("(min-width: 60rem)");
const DEFAULTS = { article: "", language: "", show: "open", in: "", q: "" };

const state = {
  route: { ...DEFAULTS },
  rows: [], cursor: null, pages: 1, loaded: false, selected: new Set(),
  languages: [],
  opened: null, // { id, kind: "pending" | "rejected" | "failed" | "missing" | "done", etag, summary, problem }
  newer: null,
  drafts: {}, // of the opened article, by language
  editing: new Set(), toFocus: null,
  active: null, spans: [], isUnfolded: false, leastSure: false,
  message: null, notices: [],
  watched: new Map(), // ID → when its last result was stored
  dialog: null, conflict: null, keyProblem: null, formProblem: null,
  form: { text: store.pasted(), file: null, targets: new Set(), key: null, isSending: false },
  busy: false,
};

let isDrawn = false;
function update(patch = {}) {
  Object.assign(state, patch);
  if (isDrawn) return;
  isDrawn = true;
  queueMicrotask(() => {
    isDrawn = false;
    draw();
  });
}
const drawn = () => new Promise(resolve => setTimeout(resolve, 0));

// What went well is said for a while, what went wrong until somebody has read it.
let fading = 0;
function say(text, isBad = false) {
  clearTimeout(fading);
  if (text && !isBad) fading = setTimeout(() => update({ message: null }), SAID_MILLISECONDS);
  update({ message: text ? { text, isBad } : null });
}

function failed(error) {
  if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
    update({ dialog: "key", keyProblem: t("wrongKey"), busy: false });
    return;
  }
  say(t("wentWrong") + problemText(error), true);
}

const guarded = action => async (...values) => {
  try {
    return await action(...values);
  } catch (error) {
    failed(error);
    return undefined;
  }
};

// ---- Addresses

function address(patch = {}) {
  const route = { ...state.route, ...patch };
  const given = Object.entries(route).filter(([name, value]) => value !== DEFAULTS[name]);
  return `#${new URLSearchParams(given)}`;
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const key = given.get("key");
  if (key) saveKey(key);
  const route = Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, given.get(name) ?? value]));
  if (key) history.replaceState(null, "", location.pathname + location.search + address(route));
  return route;
}

// `isStep` makes it a step that "back" undoes.
async function go(patch, isStep = true) {
  const before = state.route;
  const route = { ...before, ...patch };
  history[isStep ? "pushState" : "replaceState"](null, "", address(patch));
  await arrive(before, route);
}

async function arrive(before, route) {
  update({ route });
  if (route.article === before.article) {
    if (route.language !== before.language) update({ active: null, spans: [] });
    return;
  }
  update({ opened: null, newer: null, active: null, spans: [], isUnfolded: false, editing: new Set(), message: null });
  if (route.article) await open(route.article);
}

addEventListener("popstate", () => arrive(state.route, readAddress()));

// ---- The list

const list = guarded(async () => {
  let rows = [];
  let cursor = null;
  for (let count = 0; count < state.pages; count += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) });
    const found = await json(`summaries?${query}`);
    rows = rows.concat(found.articles);
    cursor = found.cursor;
    if (!cursor) break;
  }
  update({ rows, cursor, loaded: true });
  notifyOfResults();
  const isFew = shown(state, kept()).length < FEW;
  if (cursor && isFew && state.route.show !== "all" && state.pages < MOST_PAGES_AT_ONCE) {
    state.pages += 1;
    await list();
  }
});

const kept = () => ({ mine: store.mine(), drafted: store.drafted() });

function notifyOfResults() {
  for (const row of state.rows) {
    const before = state.watched.get(row.id);
    if (before === undefined || row.status === "pending" || row.stored_at === before) continue;
    state.watched.delete(row.id);
    if (row.id === state.route.article) continue;
    const text = t({ rejected: "refused", failed: "gaveUp" }[row.status] ?? "finished", titleOf(row));
    update({ notices: [...state.notices.filter(each => each.id !== row.id), { id: row.id, text }] });
  }
}

function watch(id) {
  state.watched.set(id, state.rows.find(row => row.id === id)?.stored_at ?? "");
  store.addMine(id);
}

// ---- One article

async function read(id, etag = null) {
  try {
    const response = await call(`summaries/${id}`, { headers: etag ? { "If-None-Match": etag } : {} });
    if (response.status === 304) return null;
    const body = await response.json();
    if (response.status === 202) return { id, kind: "pending" };
    return { id, kind: "done", etag: response.headers.get("ETag"), summary: body };
  } catch (error) {
    const isPassing = [401, 403, 409, 429].includes(error.status) || error.status >= 500;
    if (!(error instanceof Refused) || (isPassing && error.code !== "failed")) throw error;
    const kind = [404, 410].includes(error.status) ? "missing" : error.code === "failed" ? "failed" : "rejected";
    return { id, kind, problem: problemText(error) };
  }
}

const open = guarded(async id => {
  const found = await read(id);
  if (state.route.article === id) show(found);
});

function show(found) {
  const drafts = {};
  if (found.kind === "done") {
    for (const code of Object.keys(found.summary.summaries)) {
      const draft = store.draftOf(found.id, code);
      if (draft) drafts[code] = fit(draft, edition(found.summary, code), code);
    }
  }
  update({ opened: found, newer: null, drafts, spans: [], active: null });
}

// A draft on a summary with other sentences becomes one text.
function fit(draft, now, code) {
  if (draft.isText || (!now.isText && draft.slots.length === now.slots.length)) return draft;
  return { ...draft, isText: true, slots: [joined(draft.slots, code)] };
}

function chosenLanguage() {
  const codes = Object.keys(state.opened?.summary?.summaries ?? {});
  if (codes.includes(state.route.language)) return state.route.language;
  return codes.find(code => code.slice(0, 2) === ownLanguage) ?? codes[0];
}

const look = guarded(async () => {
  const { opened } = state;
  if (!opened || state.busy || state.dialog || opened.kind === "missing") return;
  const found = await read(opened.id, opened.etag ?? null);
  if (!found || state.opened !== opened || found.kind === opened.kind && opened.kind !== "done") return;
  const isWriting = Object.keys(state.drafts).length > 0 || state.editing.size > 0;
  if (opened.kind === "done" && isWriting) return update({ newer: found });
  const isResult = opened.kind === "pending" || found.summary?.article.version_id !== opened.summary?.article.version_id;
  state.watched.delete(found.id);
  show(found);
  if (!isResult) return;
  if (found.kind === "done") say(t("done"));
  await list();
});

// ---- Corrections

function change(code, name, value) {
  const { opened } = state;
  const now = edition(opened.summary, code);
  const start = {
    headline: now.headline, slots: now.slots, isText: now.isText, note: "",
    etag: opened.etag, seen: seenOf(opened.summary, code),
  };
  const before = state.drafts[code] ?? start;
  const draft = { ...before, slots: [...before.slots] };
  if (name === "headline" || name === "note") draft[name] = value;
  else draft.slots[name] = value;
  keepDraft(code, isChanged(draft, code) || draft.note ? draft : null);
}

const seenOf = (summary, code) => {
  const { headline, slots, isText } = edition(summary, code);
  return JSON.stringify([summary.article.version_id, headline, slots, isText]);
};

function isChanged(draft, code) {
  const now = edition(state.opened.summary, code);
  return draft.headline !== now.headline || joined(draft.slots, code) !== joined(now.slots, code);
}

function keepDraft(code, draft) {
  store.saveDraft(state.opened.id, code, draft);
  const drafts = { ...state.drafts };
  if (draft) drafts[code] = draft;
  else delete drafts[code];
  if (draft) store.addMine(state.opened.id);
  update({ drafts });
}

function correctionOf(draft, machineCount) {
  const slots = draft.slots.map(text => text.trim().replace(/\s*\n\s*/g, " "));
  const isBySentence = !draft.isText && slots.length === machineCount;
  return { headline: draft.headline?.trim() || null, ...(isBySentence ? { sentences: slots } : { text: slots.join(" ") }) };
}

async function decide(made, etag) {
  await review(state.opened.id, { ...made, reviewer: store.editor() || null }, etag);
  store.addMine(state.opened.id);
}

// One decision at a time, until the page shows its result. What the action returns is said when the
// next decision can be taken: the list may be slow.
const decision = action => guarded(async (...values) => {
  if (state.busy || state.opened?.kind !== "done") return;
  update({ busy: true });
  let text;
  try {
    text = await action(...values);
  } finally {
    update({ busy: false });
  }
  if (!text) return;
  say(text);
  await list();
});

// Sends the decision; where only something else has changed since, sends it again. Returns the
// latest state instead where this language itself has changed.
async function decideOn(code, made, etag, seen) {
  try {
    await decide(made, etag);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error;
    const latest = await read(state.opened.id);
    const words = latest.summary?.summaries[code];
    if (!words || seenOf(latest.summary, code) !== seen) return latest;
    await decide(made, latest.etag);
  }
  return null;
}

async function showDecided(code) {
  const found = await read(state.opened.id);
  update({ editing: new Set() });
  show(found);
  await drawn();
  document.getElementById(`tab-${code}`)?.focus();
}

const saveCorrection = decision(async () => {
  const code = chosenLanguage();
  const draft = state.drafts[code];
  if (!draft) return "";
  const machine = edition(state.opened.summary, code).machine;
  const corrected = {
    decision: "corrected", note: draft.note?.trim() || null,
    corrections: { [code]: correctionOf(draft, machine.sentences.length) },
  };
  const latest = await decideOn(code, corrected, draft.etag, draft.seen);
  if (latest) {
    update({ conflict: { latest, language: code, draft }, dialog: "conflict" });
    return "";
  }
  keepDraft(code, null);
  await showDecided(code);
  return t("correctedNow", languageName(code));
});

const approve = decision(async () => {
  const code = chosenLanguage();
  if (state.drafts[code]) return "";
  const approved = { decision: "approved", languages: [code] };
  const latest = await decideOn(code, approved, state.opened.etag, seenOf(state.opened.summary, code));
  if (latest) {
    show(latest);
    say(t("changed"), true);
    return "";
  }
  await showDecided(code);
  return t("approvedNow", languageName(code));
});

const sendBack = decision(async () => {
  const code = chosenLanguage();
  watch(state.opened.id);
  await decide({ decision: "sent_back", languages: [code] }, state.opened.etag);
  const found = await read(state.opened.id);
  if (found.kind === "done") show(found);
  return t("working");
});

const conflictActions = {
  goOn() {
    const { latest, language: code, draft } = state.conflict;
    update({ dialog: null, conflict: null });
    show(latest);
    const fitted = fit(draft, edition(latest.summary, code), code);
    keepDraft(code, { ...fitted, etag: latest.etag, seen: seenOf(latest.summary, code) });
  },
  takeTheirs() {
    const { latest, language: code } = state.conflict;
    store.saveDraft(latest.id, code, null);
    update({ dialog: null, conflict: null, editing: new Set() });
    show(latest);
  },
  saveMine() {
    conflictActions.goOn();
    return saveCorrection();
  },
};

// ---- A new article

const changeForm = patch => {
  if ("text" in patch) store.savePasted(patch.text);
  // Another article needs another key; a second click on the same one does not.
  update({ form: { ...state.form, ...patch, key: null }, formProblem: null });
};

const sendNew = guarded(async event => {
  event?.preventDefault();
  const { text, file, targets, isSending } = state.form;
  if (isSending) return;
  if (!file && !text.trim()) return update({ formProblem: t("empty") });
  const key = state.form.key ?? crypto.randomUUID();
  state.form = { ...state.form, key, isSending: true };
  update();
  let id;
  try {
    id = await submit(file ?? new Blob([text], { type: "text/plain" }), [...targets], key);
  } catch (error) {
    if (!(error instanceof Refused) || [401, 403].includes(error.status)) throw error;
    return update({ formProblem: problemText(error) });
  } finally {
    state.form = { ...state.form, isSending: false };
    update();
  }
  watch(id);
  changeForm(file ? { file: null } : { text: "" });
  update({ dialog: null });
  say(t("working"));
  const isWriting = Object.keys(state.drafts).length > 0 || state.editing.size > 0;
  if (!isWriting) {
    await go({ article: id, language: "" });
    await drawn();
    say(state.opened?.kind === "done" ? t("done") : t("working"));
    document.getElementById("result")?.focus();
  }
  await list();
});

const holdsFiles = event => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", event => {
  if (holdsFiles(event)) event.preventDefault();
});
addEventListener("drop", event => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (!file || !hasKey()) return;
  changeForm({ file });
  update({ dialog: "new" });
});

// ---- Out

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

const download = guarded(async (event, kind) => {
  event.target.closest("details").open = false;
  const code = chosenLanguage();
  const { summary, id } = state.opened;
  const words = summary.summaries[code];
  const extension = { text: "txt", html: "html", ninjs: "ninjs.json", json: "json" }[kind];
  let content;
  if (kind === "text") content = `${plainText(words, code)}\n`;
  else if (kind === "html") content = page(words, code);
  else if (kind === "ninjs") {
    content = JSON.stringify(ninjsOf(await json(`summaries/${id}`, { headers: { Accept: NINJS } }), code), null, 2);
  } else content = JSON.stringify(summary, null, 2);
  save(new Blob([content]), fileName(words.headline, summary.article.key, code, extension));
});

const copy = guarded(async () => {
  const code = chosenLanguage();
  await navigator.clipboard.writeText(plainText(state.opened.summary.summaries[code], code));
  say(t("copied"));
});

// ---- What the views call

const actions = {
  address, more: guarded(() => { state.pages += 1; return list(); }),
  filter(patch) {
    go(patch, "show" in patch || "in" in patch);
    if (state.cursor) list();
  },
  follow: guarded(async (event, id) => {
    // Another tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    await go({ article: id, language: "" });
    if (!WIDE.matches) scrollTo(0, 0);
  }),
  select(id) {
    const selected = new Set(state.selected);
    if (!selected.delete(id)) selected.add(id);
    update({ selected });
  },
  clearSelection: () => update({ selected: new Set() }),
  sendSelected: guarded(async () => {
    const chosen = state.rows.filter(row => state.selected.has(row.id) && ["ok", "needs_review"].includes(row.status));
    update({ busy: true });
    try {
      for (const row of chosen) {
        watch(row.id);
        await review(row.id, { decision: "sent_back", reviewer: store.editor() || null });
      }
    } finally {
      update({ busy: false, selected: new Set() });
    }
    say(t("sentAgain", chosen.length));
    await list();
  }),
  language: (code, hasFocus = false) => go({ language: code }, false).then(async () => {
    await drawn();
    if (hasFocus) document.getElementById(`tab-${code}`)?.focus();
  }),
  async light(name, spans, isScrolled) {
    if (state.active === name && !isScrolled) return;
    update({ active: name, spans });
    await drawn();
    if (isScrolled && WIDE.matches) document.querySelector("article mark")?.scrollIntoView({ block: "nearest" });
  },
  edit(code, name) {
    const part = `${code}/${name}`;
    update({ editing: new Set([...state.editing, part]), toFocus: part });
  },
  // A field without changes becomes text again.
  leave(code, name) {
    const now = edition(state.opened.summary, code);
    const value = name === "headline" ? state.drafts[code]?.headline : state.drafts[code]?.slots[name];
    const before = name === "headline" ? now.headline : now.slots[name];
    if (value !== undefined && value !== before) return;
    const editing = new Set(state.editing);
    editing.delete(`${code}/${name}`);
    update({ editing });
  },
  focus(node, part) {
    if (!node || state.toFocus !== part) return;
    state.toFocus = null;
    node.focus();
  },
  change, approve, saveCorrection, sendBack, download, copy,
  discard() {
    keepDraft(chosenLanguage(), null);
    update({ editing: new Set() });
    if (state.newer) show(state.newer);
  },
  toggleLeastSure: () => update({ leastSure: !state.leastSure }),
  submit: sendNew, form: changeForm,
  target(code, isOn) {
    const targets = new Set(state.form.targets);
    if (isOn) targets.add(code);
    else targets.delete(code);
    changeForm({ targets });
  },
  removeFile() {
    document.getElementById("file").value = "";
    changeForm({ file: null });
  },
  closeDialog: () => update({ dialog: null, keyProblem: null, formProblem: null }),
  enterKey: guarded(async event => {
    event.preventDefault();
    saveKey(document.getElementById("key").value);
    store.saveEditor(document.getElementById("reviewer").value);
    update({ busy: true, keyProblem: null });
    try {
      await start();
      update({ dialog: null });
    } finally {
      update({ busy: false });
    }
  }),
  saveName(event) {
    event.preventDefault();
    store.saveEditor(document.getElementById("name").value);
    update();
  },
  ...conflictActions,
};

// ---- Keys

function step(by) {
  const ids = [...document.querySelectorAll("#recent [data-id]")].map(link => link.dataset.id);
  const next = ids[ids.indexOf(state.route.article) + by];
  if (next) go({ article: next, language: "" });
}

function stepLanguage(by) {
  const codes = Object.keys(state.opened?.summary?.summaries ?? {});
  if (codes.length) actions.language(codes[(codes.indexOf(chosenLanguage()) + by + codes.length) % codes.length], true);
}

function stepSentence(by) {
  const parts = [...document.querySelectorAll("[data-part]")];
  const index = parts.indexOf(document.activeElement);
  (parts[index + by] ?? parts[by > 0 ? 0 : parts.length - 1])?.focus();
}

const KEYS = {
  j: () => step(1), k: () => step(-1), "]": () => stepLanguage(1), "[": () => stepLanguage(-1),
  n: () => stepSentence(1), p: () => stepSentence(-1),
  e: () => (document.activeElement.closest("[data-part]") ?? document.querySelector("[data-part]"))
    ?.dispatchEvent(new MouseEvent("dblclick")),
  A: approve, c: () => update({ dialog: "new" }),
  "/": () => document.getElementById("search").focus(), "?": () => update({ dialog: "help" }),
};

addEventListener("keydown", event => {
  const field = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (state.dialog === "new") sendNew();
    else if (!state.dialog) saveCorrection();
  } else if (event.key === "Escape" && field && !state.dialog) {
    field.blur();
  } else if (!field && !state.dialog && !event.ctrlKey && !event.metaKey && !event.altKey && store.singleKeys()) {
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
});

// ---- The page

function Opened() {
  const { opened } = state;
  if (!opened) return state.route.article ? null : html`<p id="nothing">${t(hasKey() ? "nothing" : "needsKey")}</p>`;
  if (opened.kind === "pending") return html`<p class="waiting" role="status">${t("isPending")}</p>`;
  if (opened.kind === "missing") return html`<p class="waiting">${t("missing")}</p>`;
  if (opened.kind === "rejected" || opened.kind === "failed") {
    const title = t(opened.kind === "failed" ? "hasFailed" : "wasRejected");
    return html`<div class="rejection"><h2>${title}</h2><p>${opened.problem}</p></div>`;
  }
  const code = chosenLanguage();
  const { summary } = opened;
  return html`
    ${state.newer && html`<p class="banner">${t("newer")} <${Button} name="showIt" kind="small" onClick=${() => show(state.newer)} /></p>`}
    <div class="sheet" key=${opened.id}>
      <${Article} summary=${summary} spans=${state.spans} isUnfolded=${state.isUnfolded} unfold=${() => update({ isUnfolded: true })} />
      <section class="summaries" aria-label=${t("summaries")}>
        <${Tabs} summary=${summary} language=${code} drafts=${state.drafts} actions=${actions} />
        <${SummaryPane} key=${code} state=${state} summary=${summary} language=${code} draft=${state.drafts[code]} actions=${actions} />
        <${Actions} state=${state} words=${summary.summaries[code]} draft=${state.drafts[code]} actions=${actions} />
      </section>
    </div>`;
}

function Page() {
  return html`
    <a class="skip" href="#result" onClick=${event => { event.preventDefault(); document.getElementById("result").focus(); }}>${t("skip")}</a>
    <header>
      <h1>Teletipo</h1>
      <button type="button" class="primary" id="new-article" title="c" onClick=${() => update({ dialog: "new" })}>${t("newArticle")}</button>
      ${hasKey() && !store.editor() && state.loaded && html`<form id="ask-name" onSubmit=${actions.saveName}>
        <label for="name">${t("askName")}</label><input id="name" type="text" autocomplete="name" maxlength="200" required />
        <button type="submit">${t("save")}</button></form>`}
      <nav aria-label="Teletipo">
        <button type="button" class="quiet" title="?" onClick=${() => update({ dialog: "help" })}>${t("help")}</button>
        <a href="docs">${t("api")}</a>
        <button type="button" class="quiet" id="change-key" onClick=${() => update({ dialog: "key", keyProblem: null })}>${store.editor() || t("credentials")}</button>
      </nav>
    </header>
    <div class=${`columns ${state.route.article ? "reading" : ""}`}>
      <${Queue} state=${state} kept=${kept()} actions=${actions} />
      <main id="result" tabindex="-1">
        ${state.route.article && html`<a class="back" href=${address({ article: "", language: "" })}
          onClick=${event => { event.preventDefault(); go({ article: "", language: "" }); }}>← ${t("back")}</a>`}
        <${Opened} />
      </main>
    </div>
    <div id="messages">
      ${state.notices.map(notice => html`<p class="notice" key=${notice.id}>${notice.text}
        <button type="button" class="small" onClick=${() => { close(notice); go({ article: notice.id, language: "" }); }}>${t("openIt")}</button>
        <button type="button" class="small quiet" onClick=${() => close(notice)}>${t("dismiss")}</button></p>`)}
      <p id="message" role="status" class=${state.message?.isBad ? "bad" : ""}>${state.message?.text ?? ""}</p>
      ${state.message && html`<button type="button" class="small quiet" aria-label=${t("dismiss")} onClick=${() => say("")}>✕</button>`}
    </div>
    ${state.dialog === "key" && html`<${KeyDialog} state=${state} actions=${actions} />`}
    ${state.dialog === "new" && html`<${NewDialog} state=${state} actions=${actions} />`}
    ${state.dialog === "help" && html`<${HelpDialog} actions=${actions} />`}
    ${state.dialog === "conflict" && html`<${ConflictDialog} conflict=${state.conflict} actions=${actions} />`}`;
}

const close = notice => update({ notices: state.notices.filter(each => each !== notice) });

function draw() {
  const title = state.opened?.summary?.article.headline;
  document.title = title ? `${title} · Teletipo` : "Teletipo";
  render(html`<${Page} />`, document.getElementById("app"));
}

// Raises `Refused` if the key is wrong.
async function start() {
  const { sources, targets, pairs } = await json("languages");
  const languages = [...new Set([...targets, ...sources, ...pairs.map(pair => pair.target)])];
  update({ languages, form: { ...state.form, targets: new Set(targets) } });
  await Promise.all([list(), state.route.article ? open(state.route.article) : null]);
}

function every(milliseconds, action, applies) {
  setInterval(() => {
    if (document.visibilityState === "visible" && hasKey() && state.languages.length && applies()) action();
  }, milliseconds);
}
every(LIST_MILLISECONDS, list, () => !state.busy && state.dialog !== "key");
every(PENDING_MILLISECONDS, look, () => state.opened?.kind === "pending");
every(OPENED_MILLISECONDS, look, () => state.opened?.kind === "done" && !state.watched.has(state.opened.id));
every(PENDING_MILLISECONDS, look, () => state.opened?.kind === "done" && state.watched.has(state.opened.id));
addEventListener("storage", () => {
  if (state.opened?.kind === "done") show(state.opened);
  else update();
});

document.documentElement.lang = tag;
state.route = readAddress();
update();
if (hasKey() || (await askOtherTabs())) guarded(start)();
else update({ dialog: "key" });
