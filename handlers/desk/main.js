// The desk: its state, its addresses, and what the editor does with them.
import { EMBARGOED, FORMATS, Refused, askOtherTabs, call, exported, hasKey, json, review, saveKey, submit } from "./api.js";
import { Article } from "./article.js";
import { AskName, ConflictDialog, HelpDialog, KeyDialog, NameDialog, NewDialog } from "./dialogs.js";
import { language as ownLanguage, languageName, languageWord, moment, problemText, t, tag } from "./i18n.js";
import { Queue, queryOf, shown, titleOf } from "./queue.js";
import * as store from "./store.js";
import { Actions, SummaryPane, Tabs } from "./summary.js";
import { edition, fileName, isBeingRedone, isReleased, joined } from "./text.js";
import { Button, html, render } from "./ui.js";

const LIST_MILLISECONDS = 5000;
const PENDING_MILLISECONDS = 1500;
const OPENED_MILLISECONDS = 8000;
const SAID_MILLISECONDS = 10_000;
const TYPING_MILLISECONDS = 250;
const PAGE = 100;
const MOST_PAGES_AT_ONCE = 5;
const FEW = 20;
const WIDE = matchMedia("(min-width: 60rem)");
const DEFAULTS = { article: "", language: "", version: "", show: "open", in: "", sure: "", q: "" };
const MOST_WORDS = 10;
const MOST_LETTERS = 200;

const state = {
  route: { ...DEFAULTS },
  rows: [], cursor: null, isWhole: false, pages: 1, loaded: false, isSearching: false, selected: new Set(),
  languages: [],
  opened: null, // { id, kind: "pending" | "rejected" | "failed" | "missing" | "withdrawn" | "done", etag, summary, problem }
  newer: null,
  versions: [], earlier: null, // the opened article's versions before this one; the summary of the chosen one
  drafts: {}, // of the opened article, by language
  editing: new Set(), toFocus: null,
  active: null, spans: [], isUnfolded: false, leastSure: false,
  message: null, offline: null, notices: [],
  watched: new Map(), // ID → when its last result was stored
  dialog: null, conflict: null, keyProblem: null, formProblem: null,
  form: { text: store.pasted(), files: [], targets: new Set(), keys: new Map(), isSending: false },
  busy: false,
  unsigned: null, // what is done once the editor's name is known
  printed: null, // what goes on paper only: the mark of a draft and the disclosure
  deciding: new Set(), // `ID/language` of the decisions under way
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
function say(text, isBad = false, undo = null) {
  clearTimeout(fading);
  if (text && !isBad) fading = setTimeout(() => update({ message: null }), SAID_MILLISECONDS);
  update({ message: text ? { text, isBad, undo } : null });
}

// A later notice about the same article or file takes the place of an earlier one.
const notify = (id, text, hasArticle = true) =>
  update({ notices: [...state.notices.filter(each => each.id !== id), { id, text, hasArticle }] });

const isLockedOut = error =>
  error instanceof Refused && [401, 403].includes(error.status) && error.code !== "embargoed";

function failed(error) {
  if (isLockedOut(error)) {
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

// What the page does by itself fails without interrupting: one line says so until it succeeds again.
const quietly = action => async () => {
  try {
    await action();
    if (state.offline) update({ offline: null });
  } catch (error) {
    if (isLockedOut(error)) failed(error);
    else update({ offline: problemText(error) });
  }
};

// ---- Addresses

// Another article is opened in its newest version, in the interface's language.
const routeWith = patch =>
  ({ ...state.route, ...("article" in patch ? { language: "", version: "" } : {}), ...patch });

function address(patch = {}) {
  const route = routeWith(patch);
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
  const route = routeWith(patch);
  history[isStep ? "pushState" : "replaceState"](null, "", address(patch));
  await arrive(before, route);
}

// Closes the conflict's dialog. The draft is kept; saving it asks again.
const withoutConflict = () => ({ conflict: null, dialog: state.dialog === "conflict" ? null : state.dialog });

async function arrive(before, route) {
  update({ route });
  if (["q", "in", "sure", "show"].some(name => route[name] !== before[name])) searchAgain(route.q !== before.q);
  if (route.article === before.article) {
    if (route.language !== before.language) update({ active: null, spans: [], ...withoutConflict() });
    if (route.version !== before.version) await openVersion();
    return;
  }
  update({
    opened: null, newer: null, versions: [], earlier: null, active: null, spans: [], isUnfolded: false,
    editing: new Set(), message: null, ...withoutConflict(),
  });
  if (route.article) await open(route.article);
}

addEventListener("popstate", () => arrive(state.route, readAddress()));

// ---- The list

let lists = 0;
let listing = 0;

async function pagesOf(query, most) {
  let rows = [];
  let cursor = null;
  for (let count = 0; count < most; count += 1) {
    const asked = new URLSearchParams({ limit: String(PAGE), embargoed: "true", ...query, ...(cursor ? { cursor } : {}) });
    const found = await json(`summaries?${asked}`);
    rows = rows.concat(found.articles);
    cursor = found.cursor;
    if (!cursor) break;
  }
  return { rows, cursor };
}

// The newest rows, and those that the filter wants beyond them.
async function rowsOf(route, most) {
  const words = route.q.trim().slice(0, MOST_LETTERS).split(/\s+/).slice(0, MOST_WORDS).join(" ");
  const sure = Number(route.sure) > 0 && Number(route.sure) <= 100 ? Number(route.sure) : 0;
  const inLanguage = route.in ? { language: route.in } : {};
  const common = {
    ...(words ? { q: words } : {}),
    ...(sure ? { confidence_below: String(sure / 100), ...inLanguage } : {}),
  };
  const wanted = { ...queryOf(route.show), ...inLanguage };
  const isFiltered = Object.keys(wanted).length > 0;
  const newest = await pagesOf(common, isFiltered ? 1 : most);
  if (!isFiltered || !newest.cursor) return { ...newest, isWhole: !newest.cursor, isSearch: Boolean(words || sure) };
  const found = await pagesOf({ ...common, ...wanted }, most);
  const all = new Map([...found.rows, ...newest.rows].map(row => [row.id, row]));
  const rows = [...all.values()].sort((a, b) => b.stored_at.localeCompare(a.stored_at) || a.id.localeCompare(b.id));
  return { rows, cursor: found.cursor, isWhole: false, isSearch: Boolean(words || sure) };
}

// A later call takes the place of an earlier one that has not been answered.
async function loadList() {
  lists += 1;
  const number = lists;
  listing += 1;
  try {
    while (true) {
      const { rows, cursor, isWhole, isSearch } = await rowsOf(state.route, state.pages);
      if (number !== lists) return;
      update({ rows, cursor, isWhole, loaded: true, isSearching: false });
      notifyOfResults(isSearch && state.watched.size ? (await pagesOf({}, 1)).rows : rows);
      const isFew = shown(state, kept()).length < FEW;
      const isNarrow = isSearch || state.route.show !== "all";
      if (number !== lists || !cursor || !isFew || !isNarrow || state.pages >= MOST_PAGES_AT_ONCE) return;
      state.pages += 1;
    }
  } finally {
    listing -= 1;
    if (number === lists && state.isSearching) update({ isSearching: false });
  }
}
const list = guarded(loadList);

let typing = 0;
function searchAgain(isTyped) {
  clearTimeout(typing);
  // What is on its way was asked for another search.
  lists += 1;
  state.pages = 1;
  update({ isSearching: true });
  if (isTyped) typing = setTimeout(list, TYPING_MILLISECONDS);
  else list();
}

const kept = () => ({ mine: store.mine(), drafted: store.drafted() });

function notifyOfResults(rows) {
  for (const row of rows) {
    const before = state.watched.get(row.id);
    if (before === undefined || row.status === "pending" || row.stored_at === before) continue;
    if (row.id === state.route.article) {
      look();
      continue;
    }
    state.watched.delete(row.id);
    notify(row.id, t({ rejected: "refused", failed: "gaveUp" }[row.status] ?? "finished", titleOf(row)));
  }
}

function watch(id) {
  state.watched.set(id, state.rows.find(row => row.id === id)?.stored_at ?? "");
  store.addMine(id);
}

// ---- One article

async function read(id, etag = null) {
  try {
    const response = await call(`summaries/${id}?${EMBARGOED}`, { headers: etag ? { "If-None-Match": etag } : {} });
    if (response.status === 304) return null;
    // Another article of the same story counts instead.
    if (response.redirected) id = new URL(response.url).pathname.split("/").pop();
    const body = await response.json();
    if (response.status === 202) return { id, kind: "pending" };
    return { id, kind: "done", etag: response.headers.get("ETag"), summary: body };
  } catch (error) {
    const isPassing = [401, 403, 409, 429].includes(error.status) || error.status >= 500;
    if (!(error instanceof Refused) || (isPassing && !["failed", "embargoed"].includes(error.code))) throw error;
    const kind = { 404: "missing", 410: "withdrawn" }[error.status] ?? (error.code === "failed" ? "failed" : "rejected");
    return { id, kind, problem: problemText(error) };
  }
}

const open = guarded(async id => {
  const found = await read(id);
  if (state.route.article !== id) return;
  if (found.id !== id) await go({ article: found.id }, false);
  else show(found);
});

function draftsOf({ id, summary }) {
  const drafts = {};
  for (const code of Object.keys(summary.summaries)) {
    const draft = store.draftOf(id, code);
    if (draft) drafts[code] = fit(draft, edition(summary, code), code);
  }
  return drafts;
}

function show(found) {
  const drafts = found.kind === "done" ? draftsOf(found) : {};
  const isOther = versionOf(state.opened) !== versionOf(found);
  update({ opened: found, newer: null, drafts, spans: [], active: null, printed: null });
  if (found.kind === "done" && isOther) loadVersions();
}

const showNewer = () =>
  state.newer.id === state.route.article ? show(state.newer) : go({ article: state.newer.id }, false);
const isEmbargoed = ({ embargo }) => Boolean(embargo) && new Date(embargo) > new Date();

const versionOf = opened => (opened?.kind === "done" ? `${opened.id}/${opened.summary.article.version_id}` : "");

// ---- Earlier versions

// The versions before the opened one that have a summary.
const loadVersions = quietly(async () => {
  const { opened } = state;
  const { versions } = await json(`summaries/${opened.id}/versions`);
  if (state.opened?.id !== opened.id) return;
  const index = versions.findIndex(each => each.version_id === opened.summary.article.version_id);
  update({ versions: versions.slice(index + 1).filter(each => each.status) });
  await openVersion();
});

const openVersion = guarded(async () => {
  const { article, version } = state.route;
  const isThere = state.versions.some(each => each.version_id === version);
  if (!version || !isThere) return update({ earlier: null });
  const found = await json(`summaries/${article}/versions/${encodeURIComponent(version)}`);
  if (state.route.article === article && state.route.version === version) update({ earlier: found, isUnfolded: false });
});

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

let isLooking = false;
const look = quietly(async () => {
  if (isLooking) return;
  isLooking = true;
  try {
    await lookAgain();
  } finally {
    isLooking = false;
  }
});

const isAsBefore = (found, opened) =>
  found.kind === opened.kind && found.kind !== "done" && found.problem === opened.problem;

async function lookAgain() {
  const { opened } = state;
  if (!opened || isDeciding() || state.dialog || ["missing", "withdrawn"].includes(opened.kind)) return;
  const found = await read(opened.id, opened.etag ?? null);
  // A decision's own look comes later.
  if (!found || state.opened !== opened || isDeciding() || isAsBefore(found, opened)) return;
  const isWriting = Object.keys(state.drafts).length > 0 || state.editing.size > 0;
  if (opened.kind === "done" && isWriting) return update({ newer: found });
  if (found.id !== opened.id) return go({ article: found.id }, false);
  const isResult = opened.kind === "pending" || found.summary?.article.version_id !== opened.summary?.article.version_id;
  const hasFailed = found.summary?.newer_version === "failed";
  if (found.summary?.newer_version !== "pending") state.watched.delete(found.id);
  show(found);
  if (hasFailed && opened.summary?.newer_version !== "failed") say(t("gaveUp", found.summary.article.headline ?? found.id), true);
  if (!isResult) return;
  // It is no reason to take away what else was said.
  if (found.kind === "done" && [undefined, t("working")].includes(state.message?.text)) say(t("done"));
  await loadList();
}

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
  keepDraft(opened.id, code, isChanged(draft, code) || draft.note ? draft : null);
}

const seenOf = (summary, code) => {
  const { headline, slots, isText } = edition(summary, code);
  return JSON.stringify([summary.article.version_id, headline, slots, isText]);
};

function isChanged(draft, code, summary = state.opened.summary) {
  const now = edition(summary, code);
  return draft.headline !== now.headline || joined(draft.slots, code) !== joined(now.slots, code);
}

function keepDraft(id, code, draft) {
  store.saveDraft(id, code, draft);
  if (draft) store.addMine(id);
  if (state.opened?.id !== id) return update();
  const drafts = { ...state.drafts };
  if (draft) drafts[code] = draft;
  else delete drafts[code];
  update({ drafts });
}

function discard(id, code) {
  const draft = store.draftOf(id, code);
  keepDraft(id, code, null);
  update({ editing: new Set() });
  if (state.newer) showNewer();
  say(t("discarded"), false, () => {
    if (!store.draftOf(id, code)) store.saveDraft(id, code, draft);
    if (isOpened(id) && state.opened.kind === "done") update({ drafts: draftsOf(state.opened) });
    say("");
  });
}

function correctionOf(draft, machineCount) {
  const slots = draft.slots.map(text => text.trim().replace(/\s*\n\s*/g, " "));
  const isBySentence = !draft.isText && slots.length === machineCount;
  return { headline: draft.headline?.trim() || null, ...(isBySentence ? { sentences: slots } : { text: slots.join(" ") }) };
}

const isDeciding = () => state.deciding.size > 0;
let decided = Promise.resolve();

// Decisions are sent one after the other. Pressing again while one is under way is the same decision.
// An action gets the article and language that it was about, whatever is open by then. What it
// returns is said when the next decision can be taken: the list may be slow.
const decision = action => {
  const decide = guarded(async () => {
    const { opened } = state;
    const code = chosenLanguage();
    // A name may be given when something else is open.
    const isSame = () => state.opened?.id === opened.id && chosenLanguage() === code;
    if (opened?.kind !== "done" || !isSigned(() => isSame() && decide())) return;
    const name = `${opened.id}/${code}`;
    if (state.deciding.has(name)) return;
    update({ deciding: new Set([...state.deciding, name]) });
    let text;
    try {
      const turn = decided.then(() => action(opened, code));
      decided = turn.catch(() => {});
      text = await turn;
    } finally {
      state.deciding.delete(name);
      update();
    }
    if (!text) return;
    say(text);
    await list();
  });
  return decide;
};

// Who decides is asked first, and the action done then.
function isSigned(action) {
  if (store.editor()) return true;
  update({ unsigned: action, dialog: "name" });
  return false;
}

// Sends the decision; where only something else has changed since, sends it again. Returns the
// latest state instead where this language itself has changed.
async function decideOn(opened, code, made, etag, seen) {
  const request = { ...made, reviewer: store.editor() };
  try {
    await review(opened.id, request, etag);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error;
    const latest = await read(opened.id);
    const words = latest.summary?.summaries[code];
    const isDecidedSince = words?.review?.reviewed_at !== opened.summary.summaries[code].review?.reviewed_at;
    if (!words || isDecidedSince || seenOf(latest.summary, code) !== seen) return latest;
    await review(opened.id, request, latest.etag);
  }
  store.addMine(opened.id);
  return null;
}

const isOpened = id => state.opened?.id === id;

// Shows the state after a decision, unless something else is open, and takes nothing out of the editor's hands.
async function showDecided(id, code) {
  if (!isOpened(id)) return;
  const found = await read(id);
  if (!isOpened(id)) return;
  const fields = [...state.editing].filter(part => !part.startsWith(`${code}/`) || store.draftOf(id, code));
  update({ editing: new Set(fields) });
  show(found);
  await drawn();
  const isElsewhere = document.activeElement?.matches("textarea, input, select, dialog *");
  if (!isElsewhere && chosenLanguage() === code) document.getElementById(`tab-${code}`)?.focus();
}

const saveCorrection = decision(async (opened, code) => {
  const kept = store.draftOf(opened.id, code);
  if (!kept) return "";
  const now = edition(opened.summary, code);
  const draft = fit(kept, now, code);
  if (now.headline && !draft.headline?.trim()) {
    say(t("headlineNeeded"), true);
    return "";
  }
  const corrected = {
    decision: "corrected", note: draft.note?.trim() || null,
    corrections: { [code]: correctionOf(draft, now.machine.sentences.length) },
  };
  const latest = await decideOn(opened, code, corrected, draft.etag, draft.seen);
  if (latest && !latest.summary?.summaries[code]) {
    // An update without this language, or none at all: there is nothing to compare the draft with.
    if (isOpened(opened.id)) show(latest);
    say(t("changed"), true);
    return "";
  }
  if (latest) {
    // Somewhere else it would interrupt: the draft is kept, and its next saving asks again.
    if (isOpened(opened.id)) update({ conflict: { latest, language: code, draft }, dialog: "conflict" });
    else say(`${opened.summary.article.headline ?? t("untitled")} · ${languageName(code)}: ${t("conflict")}`, true);
    return "";
  }
  // What was typed meanwhile is a draft on what was saved.
  const typed = store.draftOf(opened.id, code);
  if (JSON.stringify(typed) === JSON.stringify(kept)) keepDraft(opened.id, code, null);
  else if (typed) await rebase(opened.id, code, typed);
  await showDecided(opened.id, code);
  return t("correctedNow", languageName(code));
});

async function rebase(id, code, draft) {
  const latest = await read(id);
  if (latest.kind !== "done") return;
  const fitted = fit(draft, edition(latest.summary, code), code);
  keepDraft(id, code, { ...fitted, note: "", etag: latest.etag, seen: seenOf(latest.summary, code) });
}

const approve = decision(async (opened, code) => {
  if (store.draftOf(opened.id, code) || isBeingRedone(opened.summary.summaries[code])) return "";
  const approved = { decision: "approved", languages: [code] };
  const latest = await decideOn(opened, code, approved, opened.etag, seenOf(opened.summary, code));
  if (latest) {
    if (isOpened(opened.id)) show(latest);
    say(t("changed"), true);
    return "";
  }
  await showDecided(opened.id, code);
  return t("approvedNow", languageName(code));
});

const sendBack = decision(async (opened, code) => {
  watch(opened.id);
  const latest = await decideOn(
    opened, code, { decision: "sent_back", languages: [code] }, opened.etag, seenOf(opened.summary, code),
  );
  if (latest) {
    if (isOpened(opened.id)) show(latest);
    say(t("changed"), true);
    return "";
  }
  const found = isOpened(opened.id) ? await read(opened.id) : null;
  if (found?.kind !== "done" || !isOpened(opened.id)) return t("working");
  show(found);
  // It may be ready at once.
  if (versionOf(found) === versionOf(opened)) return t("working");
  state.watched.delete(opened.id);
  return t("done");
});

const conflictActions = {
  goOn() {
    const { latest, language: code, draft } = state.conflict;
    update({ dialog: null, conflict: null });
    show(latest);
    const fitted = fit(draft, edition(latest.summary, code), code);
    keepDraft(latest.id, code, { ...fitted, etag: latest.etag, seen: seenOf(latest.summary, code) });
    // Another language may have been opened while it was sent.
    if (chosenLanguage() !== code) go({ language: code }, false);
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
  update({ form: { ...state.form, ...patch, keys: new Map() }, formProblem: null });
};

function keyOf(article) {
  const { keys } = state.form;
  if (!keys.has(article)) keys.set(article, crypto.randomUUID());
  return keys.get(article);
}

// Sends the pasted text or a file; returns its ID.
async function sendOne(article) {
  const isText = typeof article === "string";
  const content = isText ? new Blob([article], { type: "text/plain" }) : article;
  const id = await submit(content, [...state.form.targets], keyOf(article));
  watch(id);
  changeForm(isText ? { text: "" } : { files: state.form.files.filter(each => each !== article) });
  return id;
}

// Sends one of several files, and says what became of it.
async function sendFile(file) {
  try {
    notify(await sendOne(file), t("fileSent", file.name));
  } catch (error) {
    if (!isAnswer(error) || [409, 429].includes(error.status) || error.status >= 500) throw error;
    changeForm({ files: state.form.files.filter(each => each !== file) });
    notify(file.name, `${file.name}: ${problemText(error)}`, false);
  }
}

const isAnswer = error => error instanceof Refused && ![401, 403].includes(error.status);

const sendNew = guarded(async event => {
  event?.preventDefault();
  const { text, files, isSending } = state.form;
  if (isSending) return;
  if (!files.length && !text.trim()) return update({ formProblem: t("empty") });
  const { route } = state;
  let id = null;
  state.form = { ...state.form, isSending: true };
  update();
  try {
    if (files.length > 1) for (const file of files) await sendFile(file);
    else id = await sendOne(files[0] ?? text);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return update({ formProblem: problemText(error) });
  } finally {
    state.form = { ...state.form, isSending: false };
    update();
  }
  const hasLeft = state.dialog !== "new" || state.route.article !== route.article;
  update({ dialog: hasLeft ? state.dialog : null });
  const isWriting = Object.keys(state.drafts).length > 0 || state.editing.size > 0;
  if (id) say(t("working"));
  if (id && !isWriting && !hasLeft) {
    await go({ article: id });
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
  const files = [...event.dataTransfer.files];
  if (!files.length || !hasKey()) return;
  changeForm({ files });
  update({ dialog: "new" });
});

// ---- Out

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

const download = guarded(async format => {
  const code = chosenLanguage();
  const { summary, id } = state.opened;
  const { headline } = summary.summaries[code];
  const [, extension] = FORMATS[format] ?? [null, "json"];
  const content = FORMATS[format] ? await exported(id, code, format) : JSON.stringify(summary, null, 2);
  save(new Blob([content]), fileName(headline, summary.article.key, code, extension));
});

const copy = guarded(async () => {
  await navigator.clipboard.writeText(await exported(state.opened.id, chosenLanguage(), "text"));
  say(t("copied"));
});

// On paper go the mark of a draft and the line that says what a machine made, as exports have them:
// the line, if there is one, is a text's last paragraph.
const printOut = guarded(async () => {
  const code = chosenLanguage();
  const { summary, id } = state.opened;
  const words = summary.summaries[code];
  const paragraphs = (await exported(id, code, "text")).trim().split("\n\n");
  const [mark, last] = [paragraphs[0], paragraphs.at(-1)];
  const { dateline, sign_off } = summary.article;
  const isStory = last === [dateline?.agency, sign_off].filter(Boolean).join(" ")
    || last.includes(words.sentences.at(-1)?.text ?? words.text);
  const printed = state.drafts[code]
    ? { mark: t("unsaved"), line: null }
    : { mark: isReleased(words) && !isEmbargoed(summary.article) ? null : mark, line: isStory ? null : last };
  update({ printed: { language: code, ...printed } });
  await drawn();
  print();
});

addEventListener("beforeprint", () => {
  state.isUnfolded = true;
  draw();
});

// ---- Several articles

const sendSelected = guarded(async () => {
  if (!isSigned(sendSelected)) return;
  const chosen = state.rows.filter(row => state.selected.has(row.id) && ["ok", "needs_review"].includes(row.status));
  let [sent, kept] = [0, 0];
  update({ busy: true });
  try {
    for (const row of chosen) {
      const { summary, etag } = await read(row.id);
      const all = Object.entries(summary?.summaries ?? {});
      const languages = all.filter(([, words]) => !isReleased(words) && !isBeingRedone(words)).map(([code]) => code);
      if (languages.length) {
        watch(row.id);
        await review(row.id, { decision: "sent_back", languages, reviewer: store.editor() }, etag);
        sent += 1;
      }
      if (all.some(([, words]) => isReleased(words))) kept += 1;
      // What could not be sent stays selected.
      actions.select(row.id);
    }
  } finally {
    update({ busy: false });
  }
  say(t("sentAgain", sent, kept));
  await list();
});

// ---- What the views call

const actions = {
  address, more: guarded(() => { state.pages += 1; return list(); }),
  filter: patch => go(patch, !("q" in patch)),
  version: code => go({ version: code }),
  follow: guarded(async (event, id) => {
    // Another tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    await go({ article: id });
    if (!WIDE.matches) scrollTo(0, 0);
  }),
  select(id) {
    const selected = new Set(state.selected);
    if (!selected.delete(id)) selected.add(id);
    update({ selected });
  },
  clearSelection: () => update({ selected: new Set() }),
  sendSelected,
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
  change, approve, saveCorrection, sendBack, download, copy, printOut,
  discard: () => discard(state.opened.id, chosenLanguage()),
  toggleLeastSure: () => update({ leastSure: !state.leastSure }),
  submit: sendNew, form: changeForm,
  target(code, isOn) {
    const targets = new Set(state.form.targets);
    if (isOn) targets.add(code);
    else targets.delete(code);
    changeForm({ targets });
  },
  removeFiles() {
    document.getElementById("file").value = "";
    changeForm({ files: [] });
  },
  closeDialog: () => update({ dialog: null, unsigned: null, keyProblem: null, formProblem: null }),
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
    if (!store.editor()) return;
    const { unsigned } = state;
    update({ dialog: null, unsigned: null });
    unsigned?.();
  },
  ...conflictActions,
};

// ---- Keys

function step(by) {
  const ids = [...document.querySelectorAll("#recent [data-id]")].map(link => link.dataset.id);
  const next = ids[ids.indexOf(state.route.article) + by];
  if (next) go({ article: next });
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
  v: () => actions.version(state.route.version ? "" : state.versions[0]?.version_id ?? ""),
  A: approve, c: () => update({ dialog: "new" }),
  "/": () => document.getElementById("search").focus(), "?": () => update({ dialog: "help" }),
};

// A click closes every menu but the one that it opens.
addEventListener("click", event => {
  const summary = event.target.closest?.("summary") ?? null;
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(summary)) menu.open = false;
});

// The sentence that was edited gets the focus.
async function leaveField(field) {
  field.blur();
  const name = field.closest(".part") && field.id.replace("edit-", "");
  if (!name) return;
  const editing = new Set(state.editing);
  editing.delete(`${chosenLanguage()}/${name}`);
  update({ editing });
  await drawn();
  document.querySelector(`[data-part="${name}"]`)?.focus();
}

addEventListener("keydown", event => {
  const menu = document.querySelector(".menu[open]");
  const field = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (state.dialog === "new") sendNew();
    else if (!state.dialog) saveCorrection();
  } else if (event.key?.toLowerCase() === "p" && (event.ctrlKey || event.metaKey) && state.opened?.kind === "done") {
    event.preventDefault();
    printOut();
  } else if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "Escape" && field && !state.dialog) {
    leaveField(field);
  } else if (!field && !state.dialog && !event.ctrlKey && !event.metaKey && !event.altKey && store.singleKeys()) {
    // Caps Lock changes no letter's meaning.
    const action = KEYS[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }
});

// ---- The page

// Drafts in languages that the article no longer has, to read and copy.
function Stranded() {
  const id = state.route.article;
  const codes = store.draftedLanguages(id).filter(code => !state.opened.summary?.summaries[code]);
  return codes.map(code => {
    const draft = store.draftOf(id, code);
    return html`<section class="banner stranded" key=${code}>
      <p>${t("stranded", languageWord(code))} <${Button} name="discard" kind="small" onClick=${() => discard(id, code)} /></p>
      ${draft.headline && html`<p lang=${code}>${draft.headline}</p>`}<p lang=${code}>${joined(draft.slots, code)}</p>
    </section>`;
  });
}

function Opened() {
  const { opened } = state;
  if (!opened && state.route.article) return html`<p class="waiting" role="status">${t("opening")}</p>`;
  if (!opened) return html`<p id="nothing">${t(hasKey() ? "nothing" : "needsKey")}</p>`;
  if (opened.kind === "pending") return html`<p class="waiting" role="status">${t("isPending")}</p>`;
  if (opened.kind === "missing") return html`<p class="waiting">${t("missing")}</p>`;
  if (opened.kind !== "done") {
    const title = t({ failed: "hasFailed", withdrawn: "wasWithdrawn" }[opened.kind] ?? "wasRejected");
    return html`<${Stranded} /><div class="rejection"><h2>${title}</h2><p>${opened.problem}</p></div>`;
  }
  const code = chosenLanguage();
  const { summary } = opened;
  return html`
    <${Stranded} />
    ${state.newer && html`<p class="banner">${t("newer")} <${Button} name="showIt" kind="small" onClick=${showNewer} /></p>`}
    ${isEmbargoed(summary.article) && html`<p class="banner">${t("embargoedUntil", moment(summary.article.embargo))}</p>`}
    <div class="sheet" key=${opened.id}>
      <${Article} summary=${summary} earlier=${state.earlier} versions=${state.versions} version=${state.route.version}
        choose=${actions.version} spans=${state.spans} isUnfolded=${state.isUnfolded} unfold=${() => update({ isUnfolded: true })} />
      <section class="summaries" aria-label=${t("summaries")}>
        <${Tabs} summary=${summary} language=${code} drafts=${state.drafts} actions=${actions} />
        <${SummaryPane} key=${code} state=${state} summary=${summary} language=${code} draft=${state.drafts[code]} actions=${actions} />
        <${Actions} id=${opened.id} language=${code} state=${state} words=${summary.summaries[code]} draft=${state.drafts[code]} actions=${actions} />
      </section>
    </div>`;
}

function Page() {
  return html`
    <a class="skip" href="#result" onClick=${event => { event.preventDefault(); document.getElementById("result").focus(); }}>${t("skip")}</a>
    <header>
      <h1>Teletipo</h1>
      <button type="button" class="primary" id="new-article" title="c" onClick=${() => update({ dialog: "new" })}>${t("newArticle")}</button>
      ${hasKey() && !store.editor() && state.loaded && state.dialog !== "name" && html`<${AskName} actions=${actions} />`}
      <${Messages} />
      <nav aria-label="Teletipo">
        <button type="button" class="quiet" id="shortcuts" title="?" onClick=${() => update({ dialog: "help" })}>${t("help")}</button>
        <a href="docs">${t("api")}</a>
        <button type="button" class="quiet" id="change-key" onClick=${() => update({ dialog: "key", keyProblem: null })}>${store.editor() || t("credentials")}</button>
      </nav>
    </header>
    <div class=${`columns ${state.route.article ? "reading" : ""}`}>
      <${Queue} state=${state} kept=${kept()} actions=${actions} />
      <main id="result" tabindex="-1">
        ${state.route.article && html`<a class="back" href=${address({ article: "" })}
          onClick=${event => { event.preventDefault(); go({ article: "" }); }}>← ${t("back")}</a>`}
        <${Opened} />
      </main>
    </div>
    ${state.dialog === "key" && html`<${KeyDialog} state=${state} actions=${actions} />`}
    ${state.dialog === "name" && html`<${NameDialog} actions=${actions} />`}
    ${state.dialog === "new" && html`<${NewDialog} state=${state} actions=${actions} />`}
    ${state.dialog === "help" && html`<${HelpDialog} actions=${actions} />`}
    ${state.dialog === "conflict" && html`<${ConflictDialog} conflict=${state.conflict} actions=${actions} />`}`;
}

function Messages() {
  return html`<div id="messages">
    ${state.notices.map(notice => html`<p class="notice" role="status" key=${notice.id}>${notice.text}
      ${notice.hasArticle && html`<button type="button" class="small" onClick=${() => { close(notice); go({ article: notice.id }); }}>${t("openIt")}</button>`}
      <button type="button" class="small quiet" onClick=${() => close(notice)}>${t("dismiss")}</button></p>`)}
    ${state.offline && html`<p id="offline" role="status">${state.offline} ${t("tryingAgain")}</p>`}
    <div class="said">
      <p id="message" role="status" class=${state.message?.isBad ? "bad" : ""}>${state.message?.text ?? ""}</p>
      ${state.message?.undo && html`<${Button} name="undo" kind="small" onClick=${state.message.undo} />`}
      ${state.message && html`<button type="button" class="small quiet" aria-label=${t("dismiss")} onClick=${() => say("")}>✕</button>`}
    </div>
  </div>`;
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
every(LIST_MILLISECONDS, quietly(loadList), () => !listing && !state.busy && state.dialog !== "key");
every(OPENED_MILLISECONDS, look, () => state.opened?.kind === "done" && !state.watched.has(state.opened.id));
every(PENDING_MILLISECONDS, look, () => state.opened?.kind === "pending" || state.watched.has(state.opened?.id));
store.onDrafts(() => {
  if (state.opened?.kind === "done") update({ drafts: draftsOf(state.opened) });
  else update();
});

document.documentElement.lang = tag;
state.route = readAddress();
update();
const late = () => {
  if (state.dialog === "key") update({ dialog: null });
  guarded(start)();
};
if (hasKey() || (await askOtherTabs(late))) guarded(start)();
else update({ dialog: "key" });
