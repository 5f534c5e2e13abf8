// The article's own words, with the passages that a summary sentence comes from.
import { languageName, t } from "./i18n.js";
import { paragraphs, pieces } from "./text.js";
import { html } from "./ui.js";

const FOLD_AFTER = 12_000;
const made = new WeakMap();

// Made once per document: a long article is cut only once.
function partsOf(summary) {
  if (!made.has(summary)) {
    const points = Array.from(summary.article.text);
    made.set(summary, { points, parts: paragraphs(points) });
  }
  return made.get(summary);
}

const touches = (part, spans) => spans.some(span => span.start < part.end && span.end > part.start);

export function Article({ summary, spans, isUnfolded, unfold }) {
  const { article } = summary;
  const { points, parts } = partsOf(summary);
  const own = Object.values(summary.summaries).flatMap(words => (words.machine ?? words).sentences);
  const evidence = own.flatMap(sentence => sentence.evidence);
  const body = [];
  let folded = 0;
  const flush = () => {
    const count = folded;
    if (count) body.push(html`<p class="fold"><button type="button" onClick=${unfold}>${t("fold", count)}</button></p>`);
    folded = 0;
  };
  for (const part of parts) {
    if (!isUnfolded && part.end > FOLD_AFTER && !touches(part, evidence)) {
      folded += 1;
      continue;
    }
    flush();
    body.push(html`<p key=${part.start}>${pieces(points, part.start, part.end, spans).map(piece =>
      piece.span ? html`<mark>${piece.text}</mark>` : piece.text)}</p>`);
  }
  flush();
  const facts = [languageName(article.language), t("words", article.word_count), article.section, article.update];
  const place = summary.summaries[article.language]?.dateline
    ?? [article.dateline?.place, article.dateline?.date].filter(Boolean).join(", ");
  return html`<article class="pane" tabindex="0" lang=${article.language} aria-label=${t("article")}>
    <p class="facts" lang="">${facts.filter(Boolean).join(" · ")}</p>
    <h2>${article.headline ?? t("untitled")}</h2>
    ${article.byline && html`<p class="byline">${article.byline}</p>`}
    ${place && html`<p class="dateline">${place}</p>`}
    ${body}
  </article>`;
}
