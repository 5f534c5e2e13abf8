// The article's own words, with the passages that a summary sentence comes from, or beside an earlier version.
import { languageName, t, time } from "./i18n.js";
import { differences, paragraphDifferences, paragraphs, pieces } from "./text.js";
import { html } from "./ui.js";

const FOLD_AFTER = 12_000;
const made = new WeakMap();

// Made once per document: a long article is cut only once.
function once(document, name, make) {
  if (!made.has(document)) made.set(document, new Map());
  const kept = made.get(document);
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

export const pointsOf = summary => once(summary, "points", () => Array.from(summary.article.text));
const partsOf = summary => once(summary, "parts", () => paragraphs(pointsOf(summary)));
const changesOf = (summary, earlier) => once(summary, earlier, () =>
  paragraphDifferences(earlier.article.text, summary.article.text, summary.article.language));

const touches = (part, spans) => spans.some(span => span.start < part.end && span.end > part.start);

const inPieces = (points, start, end, spans) => pieces(points, start, end, spans).map(piece =>
  piece.span ? html`<mark>${piece.text}</mark>` : piece.text);

// The parts of a difference; those of the newer text have its offsets, so that passages can be marked.
function Parts({ parts, points, start, spans }) {
  let from = start;
  return parts.map(part => {
    if (part.removed) return html`<del>${part.value}</del>`;
    const to = from + Array.from(part.value).length;
    const text = inPieces(points, from, to, spans);
    from = to;
    return part.added ? html`<ins>${text}</ins>` : text;
  });
}

// Folds what `isNeeded` does not want, and says how many paragraphs that is.
function folding(rows, isNeeded, draw, unfold) {
  const body = [];
  let folded = 0;
  const flush = () => {
    const count = folded;
    if (count) body.push(html`<p class="fold"><button type="button" onClick=${unfold}>${t("fold", count)}</button></p>`);
    folded = 0;
  };
  rows.forEach((row, index) => {
    if (!isNeeded(row, index)) {
      folded += 1;
      return;
    }
    flush();
    body.push(draw(row, index));
  });
  flush();
  return body;
}

function wholeBody(summary, spans, isUnfolded, unfold) {
  const points = pointsOf(summary);
  const own = Object.values(summary.summaries).flatMap(words => (words.machine ?? words).sentences);
  const evidence = own.flatMap(sentence => sentence.evidence);
  return folding(
    partsOf(summary),
    part => isUnfolded || part.end <= FOLD_AFTER || touches(part, evidence),
    part => html`<p key=${part.start}>${inPieces(points, part.start, part.end, spans)}</p>`,
    unfold,
  );
}

function changedBody(summary, earlier, spans, isUnfolded, unfold) {
  const points = pointsOf(summary);
  const rows = changesOf(summary, earlier);
  const isNear = index => [index - 1, index, index + 1].some(each => rows[each]?.parts);
  const body = folding(
    rows,
    (row, index) => isUnfolded || isNear(index) || touches(row, spans),
    (row, index) => html`<p key=${index}>${row.parts
      ? html`<${Parts} parts=${row.parts} points=${points} start=${row.start} spans=${spans} />`
      : inPieces(points, row.start, row.end, spans)}</p>`,
    unfold,
  );
  return rows.some(row => row.parts) ? body : [html`<p class="facts" lang="">${t("sameArticle")}</p>`, ...body];
}

function Versions({ versions, chosen, choose }) {
  if (!versions.length) return null;
  return html`<p class="versions-of" lang="">
    <label for="version">${t("compareWith")}</label>
    <select id="version" value=${chosen} onChange=${event => choose(event.target.value)}>
      <option value="">${t("noVersion")}</option>
      ${versions.map(each => html`<option value=${each.version_id}>${t("versionOf", time(each.stored_at))}</option>`)}
    </select></p>`;
}

export function Article({ summary, earlier, versions, version, choose, spans, isUnfolded, unfold }) {
  const { article } = summary;
  const facts = [languageName(article.language), t(article.language.startsWith("zh") ? "characters" : "words", article.word_count), article.section, article.update];
  const place = summary.summaries[article.language]?.dateline
    ?? [article.dateline?.place, article.dateline?.date].filter(Boolean).join(", ");
  const headline = article.headline ?? t("untitled");
  const before = earlier?.article.headline ?? t("untitled");
  return html`<article class="pane" tabindex="0" lang=${article.language} aria-label=${t("article")}>
    <p class="facts" lang="">${facts.filter(Boolean).join(" · ")}</p>
    <${Versions} versions=${versions} chosen=${version} choose=${choose} />
    <h2>${earlier && before !== headline
      ? html`<${Parts} parts=${differences(before, headline, article.language)} points=${Array.from(headline)} start=${0} spans=${[]} />`
      : headline}</h2>
    ${article.byline && html`<p class="byline">${article.byline}</p>`}
    ${place && html`<p class="dateline">${place}</p>`}
    ${(earlier ? changedBody(summary, earlier, spans, isUnfolded, unfold) : wholeBody(summary, spans, isUnfolded, unfold))}
  </article>`;
}
