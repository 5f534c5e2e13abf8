// What the browser keeps: drafts per article and language, the editor's name, the editor's articles.
const NAME = "teletipo-reviewer";
const MINE = "teletipo-mine";
const SHORTCUTS = "teletipo-shortcuts";
const NEW = "teletipo-new";
const DRAFT = "teletipo-draft:";
const MINE_LIMIT = 500;

// Where the browser keeps nothing (its storage is forbidden or full), this page does, until it is closed.
const here = new Map();
const store = () => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};

const read = (name, otherwise) => {
  if (here.has(name)) return here.get(name) ?? otherwise;
  const kept = store()?.getItem(name) ?? null;
  try {
    return JSON.parse(kept) ?? otherwise;
  } catch {
    // Names used to be kept as they are.
    return name === NAME ? kept : otherwise;
  }
};
const write = (name, value) => {
  here.delete(name);
  try {
    if (value === null) window.localStorage.removeItem(name);
    else window.localStorage.setItem(name, JSON.stringify(value));
  } catch {
    here.set(name, value);
  }
};

export const isKeptByBrowser = () => here.size === 0;

export const editor = () => read(NAME, "");
export const saveEditor = name => write(NAME, name.trim());

export const mine = () => new Set(read(MINE, []));
export const addMine = id => write(MINE, [id, ...[...mine()].filter(each => each !== id)].slice(0, MINE_LIMIT));

export const singleKeys = () => read(SHORTCUTS, true);
export const saveSingleKeys = on => write(SHORTCUTS, on);

export const pasted = () => read(NEW, "");
export const savePasted = text => write(NEW, text || null);

export const draftOf = (id, language) => read(`${DRAFT}${id}:${language}`, null);
export const saveDraft = (id, language, draft) => write(`${DRAFT}${id}:${language}`, draft);

// Article and language of each draft.
function drafts() {
  const kept = store();
  const names = kept ? Array.from({ length: kept.length }, (_, index) => kept.key(index)) : [];
  const all = new Set([...names, ...here.keys()].filter(name => name.startsWith(DRAFT) && read(name, null)));
  return [...all].map(name => name.slice(DRAFT.length).split(":"));
}

// The IDs of articles with drafts.
export const drafted = () => new Set(drafts().map(([id]) => id));

export const draftedLanguages = id => drafts().filter(([each]) => each === id).map(([, language]) => language);

// Calls `action` when another tab has changed the drafts.
export function onDrafts(action) {
  addEventListener("storage", event => {
    if (event.key === null || event.key.startsWith(DRAFT)) action();
  });
}
