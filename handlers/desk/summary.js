// One language's summary: read it, correct it sentence by sentence, decide about it.
import { FORMATS } from "./api.js";
import { pointsOf } from "./article.js";
import { languageName, languageWord, percent, share, t, time } from "./i18n.js";
import { isKeptByBrowser } from "./store.js";
import { differences, edition, isBeingRedone, isReleased, joined, moved, pieces } from "./text.js";
import { Button, Status, html } from "./ui.js";

// Findings of these codes are about the whole summary, other ones without a sentence about the headline.
const WHOLE = new Set(["draft_quality", "place_kept", "abstraction_failed", "check_failed"]);
const LONG = 80;

export function Difference({ before, after, language }) {
  return html`<p class="difference" lang=${language}>${differences(before, after, language).map(part => {
    if (part.added) return html`<ins>${part.value}</ins>`;
    if (part.removed) return html`<del>${part.value}</del>`;
    return part.value;
  })}</p>`;
}

// `value` is what stands there now: a suggestion is offered as long as its words do.
function Findings({ findings, text, value = text, language, take }) {
  if (!findings.length) return null;
  return html`<ul class="findings">${findings.map(finding => {
    const better = take && suggested(finding, text, value, language);
    return html`<li class=${finding.severity}>
      <span class="severity">${t("label", t(finding.severity))}</span> ${finding.message}
      ${better && html` <button type="button" class="small"
        onClick=${() => take(better)}>${t("take", finding.suggestion)}</button>`}
    </li>`;
  })}</ul>`;
}

// The text with the suggestion where the finding points; null without one, or if those words were changed.
function suggested(finding, text, value, language) {
  const [span] = finding.output_spans;
  if (!finding.suggestion || !span) return null;
  const place = moved(span, text, value, language);
  return place && value.slice(0, place.start) + finding.suggestion + value.slice(place.end);
}

function marked(text, findings) {
  const spans = findings.filter(finding => finding.severity !== "info")
    .flatMap(finding => finding.output_spans.map(span => ({ ...span, severity: finding.severity })));
  const points = Array.from(text);
  return pieces(points, 0, points.length, spans).map(piece =>
    piece.span ? html`<mark class=${piece.span.severity}>${piece.text}</mark>` : piece.text);
}

function Confidence({ value, isLow }) {
  const words = t(isLow ? "unsure" : "sure", percent(value));
  return html`<span class=${`sure ${isLow ? "warning" : ""}`} title=${words}>
    <span aria-hidden="true">${share(value)}</span><span class="unseen">${words}</span></span>`;
}

// A headline or a sentence: its text, or a field as long as it is edited.
function Part({ name, value, machine, before, language, isEdited, findings, passages, confidence, isActive, on, large }) {
  const fieldId = `edit-${name}`;
  const label = name === "headline" ? t("headline") : t("sentence", name + 1);
  const isChanged = value !== before;
  const shownFindings = html`<${Findings} findings=${findings} text=${machine} value=${value} language=${language} take=${on.change} />`;
  if (isEdited) {
    return html`<div class=${`part ${isActive ? "active" : ""}`}>
      <label class="unseen" for=${fieldId}>${label}</label>
      <textarea id=${fieldId} class=${large ? "large" : ""} lang=${language} value=${value} rows="1"
        ref=${on.focus} onFocus=${on.light} onInput=${event => on.change(event.target.value)} onBlur=${on.leave}></textarea>
      ${isChanged && html`<${Difference} before=${before} after=${value} language=${language} />`}
      ${shownFindings}
    </div>`;
  }
  const text = value ? (value === machine ? marked(value, findings) : value) : html`<em class="dropped">${t(name === "headline" ? "headlineNeeded" : "dropped")}</em>`;
  return html`<div class=${`part ${isActive ? "active" : ""}`}>
    <p class=${large ? "headline" : "sentence"} data-part=${name} tabindex="0" lang=${language} aria-current=${isActive ? "true" : null}
      onFocus=${on.light} onMouseEnter=${on.hover} onDblClick=${on.edit}>${text}</p>
    <span class="beside">
      ${typeof confidence === "number" && html`<${Confidence} value=${confidence} isLow=${findings.some(each => each.code === "doubtful")} />`}
      <button type="button" class="quiet edit" onClick=${on.edit}
        aria-label=${name === "headline" ? t("editHeadline") : t("editSentence", name + 1)}>${t("edit")}</button>
    </span>
    ${isChanged && html`<${Difference} before=${before} after=${value} language=${language} />`}
    ${isActive && passages.length > 0 && html`<blockquote class="passages"><strong>${t("evidence")}</strong>
      ${passages.map(passage => html`<span>${passage}</span>`)}</blockquote>`}
    ${shownFindings}
  </div>`;
}

export function SummaryPane({ state, summary, language, draft, actions }) {
  const words = summary.summaries[language];
  const now = edition(summary, language);
  const edited = draft ?? { ...now, note: "" };
  const whole = edited.isText;
  const beforeOf = index => (whole ? joined(now.slots, language) : now.slots[index] ?? "");
  const own = summary.findings.filter(each => each.language === language);
  // What is the same for every sentence is said once.
  const findings = own.filter(each => !["draft_quality", "not_scored"].includes(each.code));
  const notScored = own.filter(each => each.code === "not_scored");
  const points = pointsOf(summary);
  const passagesOf = evidence => evidence.map(span => points.slice(span.start, Math.min(span.end, span.start + 600)).join(""));
  const isEdited = name => state.editing.has(`${language}/${name}`);
  const handlers = (name, spans) => ({
    light: () => actions.light(name, spans, true),
    hover: () => actions.light(name, spans, false),
    edit: () => actions.edit(language, name),
    leave: () => actions.leave(language, name),
    change: value => actions.change(language, name, value),
    focus: node => actions.focus(node, `${language}/${name}`),
  });
  const everything = now.machine.sentences.flatMap(sentence => sentence.evidence);
  const sentences = edited.slots.map((value, index) => {
    const evidence = whole ? everything : now.machine.sentences[index]?.evidence ?? [];
    const found = findings.filter(each => (whole ? each.sentence !== null : each.sentence === index));
    const written = whole ? null : now.machine.sentences[index];
    const confidence = written?.text === value ? written.confidence ?? null : null;
    return {
      index,
      confidence,
      view: html`<${Part} name=${index} value=${value} language=${language} isEdited=${isEdited(index)}
        before=${beforeOf(index)} machine=${whole ? now.machine.text : now.machine.sentences[index]?.text ?? ""}
        findings=${found} passages=${passagesOf(evidence)} confidence=${confidence}
        isActive=${state.active === index} on=${handlers(index, evidence)} />`,
    };
  });
  const printed = state.printed?.language === language ? state.printed : null;
  const isMeasured = sentences.some(each => typeof each.confidence === "number");
  if (isMeasured && state.leastSure) sentences.sort((a, b) => (a.confidence ?? 2) - (b.confidence ?? 2));
  const isDraftPack = summary.findings.some(each => each.code === "draft_quality" && each.language === language)
    || Boolean(words.draft);
  const route = words.route?.slice(1, -1).map(languageWord) ?? [];
  const origin = words.translated ? t("translated", languageWord(summary.article.language), route.join(", ")) : t("untranslated");
  return html`<div id="panel" role="tabpanel" aria-labelledby=${`tab-${language}`} class="pane" tabindex="0">
    ${printed?.mark && html`<p class="on-paper" lang=${language}>${printed.mark}</p>`}
    <p class="facts"><${Status} status=${statusOf(words, summary)} /> · ${origin}
      ${words.review && html` · ${t("by", words.review.reviewer ?? words.review.reviewed_by, time(words.review.reviewed_at))}`}
      ${notScored.length > 0 && html` · <span title=${notScored[0].message}>${
        t("notScored", notScored.length, now.machine.sentences.length + (now.machine.headline ? 1 : 0))}</span>`}
      ${isMeasured && html`<label class="choice"><input type="checkbox" checked=${state.leastSure}
        onChange=${actions.toggleLeastSure} /> ${t("leastSure")}</label>`}
    </p>
    ${state.earlier && html`<${Earlier} earlier=${state.earlier} words=${words} language=${language} actions=${actions} />`}
    ${isDraftPack && html`<p class="banner">${t("draftPack")}</p>`}
    ${edited.headline !== null && html`<${Part} name="headline" large=${true} value=${edited.headline} language=${language}
      isEdited=${isEdited("headline")} before=${now.headline} machine=${now.machine.headline ?? ""}
      findings=${findings.filter(each => each.sentence === null && !WHOLE.has(each.code))} passages=${[]}
      confidence=${edited.headline === now.machine.headline ? now.machine.headline_confidence : null}
      isActive=${state.active === "headline"} on=${handlers("headline", [])} />`}
    ${words.dateline && html`<p class="dateline" lang=${language}>${words.dateline}</p>`}
    <ol class="sentences">${sentences.map(each => html`<li key=${each.index} value=${each.index + 1}>${each.view}</li>`)}</ol>
    <${Findings} findings=${findings.filter(each => each.sentence === null && WHOLE.has(each.code))} text="" />
    ${draft && html`<p class="kept">${t(isKeptByBrowser() ? "draftKept" : "draftHere")}</p>
      <label for="note">${t("note")}</label>
      <textarea id="note" rows="1" value=${draft.note} onInput=${event => actions.change(language, "note", event.target.value)}></textarea>`}
    ${words.machine && html`<details class="compare"><summary>${t("compare")}</summary>
      <${Compare} left=${[t("machine", words.translated), words.machine]} right=${[t("editor"), words]} language=${language} />
    </details>`}
    ${printed?.line && html`<p class="on-paper" lang=${language}>${printed.line}</p>`}
    <${Reviews} reviews=${summary.reviews} summary=${summary} />
  </div>`;
}

// An earlier version of the article: its summary as its editors left it, beside the one of now.
function Earlier({ earlier, words, language, actions }) {
  const old = earlier.summaries[language];
  return html`<section class="earlier" aria-label=${t("earlier")}>
    <button type="button" class="small quiet" onClick=${() => actions.version("")}>${t("close")}</button>
    ${old
      ? html`<p class="facts"><${Status} status=${old.status} />
          ${old.review && html` · ${t("by", old.review.reviewer ?? old.review.reviewed_by, time(old.review.reviewed_at))}`}</p>
        <${Compare} left=${[t("earlier"), old]} right=${[t("now"), words]} language=${language} />`
      : html`<p class="facts">${t("notThen")}</p>`}
    <${Reviews} reviews=${earlier.reviews} summary=${earlier} name="earlierReviews" />
  </section>`;
}

export function Compare({ left: [leftTitle, left], right: [rightTitle, right], language }) {
  const parts = ["headline", "text"].map(name => differences(left[name] ?? "", right[name] ?? "", language));
  const side = (wrong, Mark) => parts.map((part, index) => html`<p class=${index ? "" : "headline"} lang=${language}>
    ${part.filter(each => !each[wrong]).map(each => (each.added || each.removed ? html`<${Mark}>${each.value}</${Mark}>` : each.value))}
  </p>`);
  return html`<div class="versions">
    <section><h3>${leftTitle}</h3>${side("added", "del")}</section>
    <section><h3>${rightTitle}</h3>${side("removed", "ins")}</section>
  </div>`;
}

function Reviews({ reviews, summary, name = "reviews" }) {
  if (!reviews.length) return null;
  return html`<section class="reviews" aria-label=${t(name)}>
    <h3>${t(name)}</h3>
    <ol reversed>${[...reviews].reverse().map(review => html`<li>
      <${Status} status=${review.decision} /> ${review.languages.map(languageName).join(", ")}${" · "}${t("by", review.reviewer ?? review.reviewed_by, time(review.reviewed_at))}
      ${review.note && html`<p>${review.note}</p>`}
      ${Object.entries(review.corrections).map(([language, each]) =>
        html`<${Corrected} correction=${each} words=${summary.summaries[language]} language=${language} />`)}
    </li>`)}</ol>
  </section>`;
}

// What a review changed in the machine's words.
function Corrected({ correction, words, language }) {
  const machine = words.machine ?? words;
  const pairs = ["headline", "text"].map(name => [machine[name] ?? "", correction[name]]).filter(([, text]) => text);
  const first = pairs.find(([before, after]) => before !== after)?.[1] ?? pairs[0][1];
  return html`<details class="old"><summary lang=${language}>${first.length > LONG ? `${first.slice(0, LONG)}…` : first}</summary>
    ${pairs.map(([before, after]) => html`<${Difference} before=${before} after=${after} language=${language} />`)}</details>`;
}

// What is summarized again is in progress until its new version is there, or has failed for good.
function statusOf(words, summary) {
  if (!isBeingRedone(words)) return words.status;
  return summary.newer_version === "failed" ? "failed" : "pending";
}

export function Tabs({ summary, language, drafts, actions }) {
  const codes = Object.keys(summary.summaries);
  return html`<div class="tabs" role="tablist" aria-label=${t("summaries")}>
    ${codes.map(code => html`<button type="button" role="tab" key=${code} id=${`tab-${code}`} aria-controls="panel"
      aria-selected=${String(code === language)} tabindex=${code === language ? 0 : -1}
      onClick=${() => actions.language(code)}
      onKeyDown=${event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) actions.language(codes[(codes.indexOf(code) + step + codes.length) % codes.length], true);
      }}>
      <span class="name">${languageName(code)}${drafts[code]
        && html` <span class="status unsaved" title=${t("unsaved")}>●<span class="unseen"> ${t("unsaved")}</span></span>`}</span>
      <${Status} status=${statusOf(summary.summaries[code], summary)} />
    </button>`)}
  </div>`;
}

export function Actions({ id, language, state, words, draft, actions }) {
  const isBusy = state.deciding.has(`${id}/${language}`);
  const isWaiting = isBusy || isBeingRedone(words);
  const copy = html`<${Button} name="copy" onClick=${actions.copy} />`;
  return html`<div class="actions" role="group" aria-label=${t("actions")} aria-busy=${String(isBusy)}>
    ${draft
      ? html`<${Button} name=${isBusy ? "saving" : "saveCorrection"} kind="primary" keys="Control+Enter" onClick=${actions.saveCorrection} disabled=${isBusy} />
        <${Button} name="discard" onClick=${actions.discard} disabled=${isBusy} />`
      : html`<${Button} name=${isBusy ? "saving" : "approve"} kind=${isReleased(words) ? "" : "primary"} keys="Shift+A" onClick=${actions.approve} disabled=${isWaiting} />
        <${Button} name="sendBack" onClick=${actions.sendBack} disabled=${isBusy} />`}
    <span class="apart"></span>
    ${!draft && copy}
    <details class="menu"><summary>${t("download")}</summary>
      <div>${draft && copy}${[...Object.keys(FORMATS), "json"].map(format => html`<button type="button" key=${format}
        onClick=${() => actions.download(format)}>${t(format)}</button>`)}
        <${Button} name="print" onClick=${actions.printOut} /></div>
    </details>
  </div>`;
}
