// Words, differences and files, without the page.
import { diffWords } from "./vendor/diff/word.js";

// Parts of the edited text: `removed` ones are only in the machine's, `added` ones only in the editor's.
export function differences(before, after, language) {
  const intlSegmenter = new Intl.Segmenter(language, { granularity: "word" });
  return diffWords(before, after, { intlSegmenter });
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

const MARKS = { es: "[BORRADOR, sin aprobar]", en: "[DRAFT, not approved]", zh: "【草稿，未经审核】" };

export const isReleased = words => words.status === "approved" || words.status === "corrected";

export function plainText(words, language) {
  const mark = isReleased(words) ? null : MARKS[language.slice(0, 2)] ?? MARKS.en;
  const body = [words.dateline, words.text].filter(Boolean).join(" ");
  return [mark, words.headline, body].filter(Boolean).join("\n");
}

const escaped = text =>
  text.replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

export function page(words, language) {
  const [first, ...rest] = plainText(words, language).split("\n").map(escaped);
  return `<!doctype html>\n<html lang="${escaped(language)}">\n<meta charset="utf-8">\n<title>${first}</title>\n`
    + `<h1>${first}</h1>\n${rest.map(line => `<p>${line}</p>\n`).join("")}</html>\n`;
}

// One language of a ninjs item, which has the other languages as associations.
export function ninjsOf(item, language) {
  const { associations = [], ...first } = item;
  const found = [first, ...associations].find(each => each.language === language);
  const { name, rel, ...own } = found;
  return { ...own, standard: item.standard, altIds: item.altIds };
}

export function fileName(headline, key, language, extension) {
  const title = headline ?? key.split("/").pop().replace(/\.\w+$/, "");
  const slug = title.normalize("NFC").toLowerCase().replace(/[^\p{Letter}\p{Number}]+/gu, "-");
  return `${slug.slice(0, 60).replace(/^-+|-+$/g, "") || "teletipo"}.${language}.${extension}`;
}
