// The article next to its summaries. Text is inserted as text only, never as HTML.
import { languageName, t, time } from "./i18n.js";

export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "dataset") Object.assign(node.dataset, value);
    else if (key.startsWith("aria-") || key === "role" || key === "for") node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

// Offsets count Unicode code points.
function pieces(text, spans) {
  const characters = Array.from(text);
  const edges = new Set([0, characters.length]);
  for (const span of spans) {
    edges.add(Math.min(span.start, characters.length));
    edges.add(Math.min(span.end, characters.length));
  }
  const ordered = [...edges].sort((a, b) => a - b);
  return ordered.slice(1).map((end, index) => ({
    start: ordered[index],
    end,
    text: characters.slice(ordered[index], end).join(""),
  }));
}

const within = (piece, span) => piece.start >= span.start && piece.end <= span.end;

export function articleView(summary) {
  const { article } = summary;
  const body = element("div");
  const facts = [languageName(article.language), t("words", article.word_count), article.section];
  const node = element(
    "article",
    { lang: article.language, "aria-label": t("article") },
    element("p", { className: "facts", textContent: facts.filter(Boolean).join(" · ") }),
    article.headline ? element("h3", { textContent: article.headline }) : null,
    body,
  );
  const show = spans => {
    const marks = [];
    let start = 0;
    const paragraphs = article.text.split("\n").map(line => {
      const paragraph = element("p");
      const inner = spans.map(span => ({ start: span.start - start, end: span.end - start }))
        .filter(span => span.end > 0)
        .map(span => ({ start: Math.max(0, span.start), end: span.end }));
      for (const piece of pieces(line, inner)) {
        const marked = inner.some(span => within(piece, span));
        const part = marked ? element("mark", { textContent: piece.text }) : piece.text;
        if (marked) marks.push(part);
        paragraph.append(part);
      }
      start += Array.from(line).length + 1;
      return paragraph;
    });
    body.replaceChildren(...paragraphs);
    return marks;
  };
  show([]);
  return { node, show };
}

function findingsList(findings) {
  if (!findings.length) return null;
  return element(
    "ul",
    { className: "findings" },
    ...findings.map(finding =>
      element(
        "li",
        { className: finding.severity },
        element("span", { className: "severity", textContent: `${t(finding.severity)}: ` }),
        element("span", { lang: "en", textContent: finding.message }),
      ),
    ),
  );
}

function markedSentence(text, findings) {
  const spans = findings.filter(finding => finding.severity !== "info")
    .flatMap(finding => finding.output_spans.map(span => ({ ...span, severity: finding.severity })));
  return pieces(text, spans).map(piece => {
    const found = spans.find(span => within(piece, span));
    return found ? element("mark", { className: found.severity, textContent: piece.text }) : piece.text;
  });
}

// The editors' latest corrections, or null.
export function corrected(summary, language) {
  const corrections = summary.reviews.map(review => review.corrections[language]).filter(Boolean);
  if (!corrections.length) return null;
  const words = summary.summaries[language];
  return corrections.reduce(
    (before, each) => ({ headline: each.headline ?? before.headline, text: each.text ?? before.text }),
    { headline: words.headline, text: words.text },
  );
}

export function summaryView(summary, language, show) {
  const words = summary.summaries[language];
  const findings = summary.findings.filter(finding => finding.language === language);
  const origin = words.translated
    ? t("translated", languageName(summary.article.language)) : t("untranslated");
  const buttons = [];
  const items = words.sentences.map((sentence, index) => {
    const own = findings.filter(finding => finding.sentence === index);
    const button = element(
      "button",
      { type: "button", className: "sentence", "aria-pressed": "false" },
      ...markedSentence(sentence.text, own),
    );
    const light = scroll => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      const [first] = show(sentence.evidence);
      if (scroll && first) first.scrollIntoView({ block: "nearest" });
    };
    button.addEventListener("mouseenter", () => light(false));
    button.addEventListener("focus", () => light(true));
    button.addEventListener("click", () => light(true));
    buttons.push(button);
    return element("li", {}, button, findingsList(own));
  });
  const editors = corrected(summary, language);
  return element(
    "div",
    {},
    element("p", { className: "facts", textContent: origin }),
    editors && element("h3", { textContent: t("editor") }),
    editors && element(
      "div",
      { lang: language, className: "editor" },
      editors.headline ? element("p", {}, element("strong", { textContent: editors.headline })) : null,
      element("p", { textContent: editors.text }),
    ),
    editors && element("h3", { textContent: t("machine") }),
    element(
      "div",
      { lang: language },
      words.headline ? element("h3", { textContent: words.headline }) : null,
      words.dateline ? element("p", { className: "facts", textContent: words.dateline }) : null,
      element("ol", { className: "sentences" }, ...items),
    ),
    findingsList(findings.filter(finding => finding.sentence === null)),
  );
}

export function reviewsView(reviews) {
  if (!reviews.length) return null;
  return element(
    "section",
    { "aria-label": t("reviews") },
    element("h3", { textContent: t("reviews") }),
    element(
      "ul",
      { className: "findings" },
      ...reviews.map(review =>
        element("li", {
          textContent: [
            t(review.decision),
            t("by", review.reviewer ?? review.reviewed_by, time(review.reviewed_at)),
            review.note,
          ].filter(Boolean).join(" · "),
        }),
      ),
    ),
  );
}
