// Words, differences and files, without the page.
import { diffArrays } from "./vendor/diff/array.js";

const LONGEST_DIFFERENCE_MILLISECONDS = 300;

// Parts of the edited text: `removed` ones are only in the machine's, `added` ones only in the editor's.
// Without the added parts it is exactly the machine's text, without the removed ones the editor's.
export function differences(before, after, language) {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const [old, now] = [before, after].map(text => Array.from(segmenter.segment(text), each => each.segment));
  const parts = diffArrays(old, now, { timeout: LONGEST_DIFFERENCE_MILLISECONDS })
    ?? [{ value: old, removed: true }, { value: now, added: true }];
  return inRuns(parts.map(part => ({ ...part, value: part.value.join("") })));
}

// Words in a row that were replaced are one change: the spaces between them are in both of its sides.
function inRuns(parts) {
  const found = [];
  let [removed, added] = ["", ""];
  const flush = () => {
    if (removed) found.push({ value: removed, removed: true });
    if (added) found.push({ value: added, added: true });
    [removed, added] = ["", ""];
  };
  parts.forEach((part, index) => {
    const isBetween = !part.value.trim() && parts[index - 1]?.added && parts[index + 1]?.removed;
    if (part.removed || isBetween) removed += part.value;
    if (part.added || isBetween) added += part.value;
    if (part.removed || part.added || isBetween) return;
    flush();
    found.push(part);
  });
  flush();
  return found;
}

// The paragraphs of the newer article with their offsets, and those that only the older one has.
// `parts` are differences by words, or null where nothing changed.
export function paragraphDifferences(before, after, language) {
  const found = [];
  let start = 0;
  const add = (parts, text) => {
    const end = start + (text === null ? 0 : Array.from(text).length);
    found.push({ parts, start, end });
    if (text !== null) start = end + 1;
  };
  let removed = [];
  const flush = added => {
    for (const [old, text] of pairs(removed, added)) {
      if (old === null) add([{ value: text, added: true }], text);
      else if (text === null) add([{ value: old, removed: true }], null);
      else add(differences(old, text, language), text);
    }
    removed = [];
  };
  for (const part of diffArrays(before.split("\n"), after.split("\n"))) {
    if (part.removed) removed = part.value;
    else if (part.added) flush(part.value);
    else {
      flush([]);
      for (const text of part.value) add(null, text);
    }
  }
  flush([]);
  return found;
}

// Each older paragraph beside the newer one that is like it, in order; null where there is none.
function pairs(removed, added) {
  const found = [];
  let next = 0;
  for (const old of removed) {
    const at = added.findIndex((text, index) => index >= next && isLike(old, text));
    if (at < 0) {
      found.push([old, null]);
      continue;
    }
    while (next < at) found.push([null, added[next++]]);
    found.push([old, added[next++]]);
  }
  return [...found, ...added.slice(next).map(text => [null, text])];
}

const LIKE = 0.4;
function isLike(one, other) {
  const [some, more] = [one, other].map(text => new Set(text.match(/\p{Script=Han}|[\p{Letter}\p{Number}]+/gu)));
  const common = [...some].filter(word => more.has(word)).length;
  return common > LIKE * Math.max(some.size, more.size);
}

// Where a span of the machine's text stands in the edited one; null if its words were changed.
export function moved(span, before, after, language) {
  const points = Array.from(before);
  const [start, end] = [span.start, span.end].map(offset => points.slice(0, offset).join("").length);
  let [from, to] = [0, 0];
  for (const part of differences(before, after, language)) {
    const { length } = part.value;
    if (!part.added && !part.removed && start >= from && end <= from + length) {
      return { start: to + start - from, end: to + end - from };
    }
    if (!part.added) from += length;
    if (!part.removed) to += length;
  }
  return null;
}

export const joined = (sentences, language) =>
  sentences.filter(Boolean).join(language.startsWith("zh") ? "" : " ");

// Offsets count Unicode code points.
export function pieces(points, start, end, spans) {
  const edges = new Set([start, end]);
  for (const span of spans) {
    for (const edge of [span.start, span.end]) if (edge > start && edge < end) edges.add(edge);
  }
  const ordered = [...edges].sort((a, b) => a - b);
  return ordered.slice(1).map((to, index) => {
    const from = ordered[index];
    const span = spans.find(each => from >= each.start && to <= each.end) ?? null;
    return { text: points.slice(from, to).join(""), span };
  });
}

// The article's paragraphs as offsets; overlong ones are cut, so that they can be folded.
const LONGEST = 3000;
export function paragraphs(points) {
  const found = [];
  let start = 0;
  for (let end = 0; end <= points.length; end += 1) {
    const ends = end === points.length || points[end] === "\n";
    if (!ends && end - start < LONGEST) continue;
    if (end > start) found.push({ start, end });
    start = ends ? end + 1 : end;
  }
  return found;
}

// The language's current words, as many as the machine wrote, or else as one text.
export function edition(summary, language) {
  const words = summary.summaries[language];
  const machine = words.machine ?? words;
  const corrections = summary.reviews.map(each => each.corrections[language]).filter(Boolean);
  const last = corrections.filter(each => each.sentences || each.text).at(-1);
  const isText = Boolean(last && !last.sentences);
  const slots = last ? last.sentences ?? [last.text] : machine.sentences.map(each => each.text);
  return { headline: words.headline, slots, isText, machine };
}

export const isReleased = words => words.status === "approved" || words.status === "corrected";
export const isBeingRedone = words => words.status === "sent_back";

export function fileName(headline, key, language, extension) {
  const title = headline ?? key.split("/").pop().replace(/\.\w+$/, "");
  const slug = title.normalize("NFC").toLowerCase().replace(/[^\p{Letter}\p{Number}]+/gu, "-");
  return `${slug.slice(0, 60).replace(/^-+|-+$/g, "") || "teletipo"}.${language}.${extension}`;
}
