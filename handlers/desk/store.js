// What the browser keeps: drafts per article and language, the editor's name, the editor's articles.
const NAME = "teletipo-reviewer";
const MINE = "teletipo-mine";
const SHORTCUTS = "teletipo-shortcuts";
const NEW = "teletipo-new";
const DRAFT = "teletipo-draft:";
const MINE_LIMIT = 500;

const read = (name, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const write = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The storage is full: the page still has the value.
  }
};

export const editor = () => localStorage.getItem(NAME) ?? "";
export const saveEditor = name => localStorage.setItem(NAME, name.trim());

export const mine = () => new Set(read(MINE, []));
export const addMine = id => write(MINE, [id, ...[...mine()].filter(each => each !== id)].slice(0, MINE_LIMIT));

export const singleKeys = () => read(SHORTCUTS, true);
export const saveSingleKeys = on => write(SHORTCUTS, on);

export const pasted = () => read(NEW, "");
export const savePasted = text => write(NEW, text || null);

export const draftOf = (id, language) => read(`${DRAFT}${id}:${language}`, null);
export const saveDraft = (id, language, draft) => write(`${DRAFT}${id}:${language}`, draft);

// The IDs of articles with drafts.
export function drafted() {
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
  return new Set(names.filter(name => name.startsWith(DRAFT)).map(name => name.slice(DRAFT.length).split(":")[0]));
}
