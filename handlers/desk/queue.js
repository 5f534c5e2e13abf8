// The list of articles: search, filters, counts, selection.
import { languageName, t, time } from "./i18n.js";
import { LanguageStatus, Status, html } from "./ui.js";

// One article's status and several articles': in some languages they are two words.
const NAMES = {
  needs_review: "withFindings", approved: "f_approved", corrected: "f_corrected", rejected: "f_rejected", failed: "f_failed",
};
const FILTERS = ["open", "needs_review", "approved", "corrected", "pending", "rejected", "failed", "all"];
// This browser's own come last and only if there are any, so that no other moves.
const OWN_FILTERS = ["mine", "unsaved"];
const DONE = new Set(["ok", "needs_review"]);
const OF_LANGUAGES = new Set(["needs_review", "approved", "corrected"]);

const statusesOf = row => Object.values(row.targets).map(target => target.status);

// What the row is for an editor: one word.
export function stateOf(row) {
  if (!DONE.has(row.status)) return row.status;
  const statuses = statusesOf(row);
  if (!statuses.length) return row.review ?? row.status;
  for (const each of ["sent_back", "needs_review", "ok", "corrected"]) if (statuses.includes(each)) return each;
  return "approved";
}

const isOpen = row => DONE.has(stateOf(row));

export function titleOf(row) {
  return row.headline ?? `${t("untitled")} · ${row.key.split("/").pop()}`;
}

// What the list of the API is asked for, so that a filter finds what is not loaded.
export function queryOf(filter) {
  if (filter === "open") return { reviewed: "false" };
  if (OF_LANGUAGES.has(filter)) return { language_status: filter };
  return ["pending", "rejected", "failed"].includes(filter) ? { status: filter } : null;
}

// `kept` has what this browser knows: the IDs of the editor's articles and of those with drafts.
export function matches(row, filter, kept, language = "") {
  if (filter === "open") return isOpen(row);
  if (filter === "mine") return kept.mine.has(row.id);
  if (filter === "unsaved") return kept.drafted.has(row.id);
  if (filter === "all") return true;
  if (OF_LANGUAGES.has(filter)) {
    return language ? row.targets[language]?.status === filter : statusesOf(row).includes(filter);
  }
  return row.status === filter;
}

// Search and confidence are the API's to answer.
const fits = (row, route) => !route.in || route.in in row.targets || row.language === route.in;

export const shown = (state, kept, filter = state.route.show) =>
  state.rows.filter(row => matches(row, filter, kept, state.route.in) && fits(row, state.route));

const SURE = ["30", "50", "70"];

export function Queue({ state, kept, actions }) {
  const isShown = new Set(shown(state, kept));
  // The opened article keeps its place when a decision takes it out of the filter.
  const rows = state.rows.filter(row => isShown.has(row) || (row.id === state.route.article && fits(row, state.route)));
  return html`<aside aria-label=${t("queue")}>
    <div class="tools">
      <label class="unseen" for="search">${t("search")}</label>
      <input id="search" type="search" placeholder=${t("search")} value=${state.route.q}
        onInput=${event => actions.filter({ q: event.target.value })} />
      <label class="unseen" for="language">${t("inLanguage")}</label>
      <select id="language" value=${state.route.in} onChange=${event => actions.filter({ in: event.target.value })}>
        <option value="">${t("allLanguages")}</option>
        ${state.languages.map(code => html`<option value=${code}>${languageName(code)}</option>`)}
      </select>
      ${(state.route.sure || state.rows.some(isScored)) && html`
        <label class="unseen" for="sure">${t("confidence")}</label>
        <select id="sure" value=${state.route.sure} onChange=${event => actions.filter({ sure: event.target.value })}>
          <option value="">${t("anyConfidence")}</option>
          ${SURE.map(each => html`<option value=${each}>${t("below", each)}</option>`)}
        </select>`}
    </div>
    <div class="filters" role="group" aria-label=${t("filters")}>
      ${[...FILTERS, ...OWN_FILTERS].map(filter => {
        const count = shown(state, kept, filter).length;
        const isChosen = state.route.show === filter;
        if (!count && !isChosen && OWN_FILTERS.includes(filter)) return null;
        return html`<button type="button" key=${filter} data-filter=${filter} aria-pressed=${String(isChosen)}
          onClick=${() => actions.filter({ show: filter })}>
          ${t(NAMES[filter] ?? filter)} <span class="count">${count}${state.isWhole || (isChosen && !state.cursor) ? "" : "+"}</span>
        </button>`;
      })}
    </div>
    ${state.selected.size > 0 && html`<div class="selection">
      <span>${t("selected", state.selected.size)}</span>
      <button type="button" onClick=${actions.sendSelected} disabled=${state.busy}>${t("sendBack")}</button>
      <button type="button" class="quiet" onClick=${actions.clearSelection}>${t("clear")}</button>
    </div>`}
    <ol id="recent" aria-busy=${String(state.isSearching)}>
      ${rows.map(row => html`<${Row} key=${row.id} row=${row} state=${state} kept=${kept} actions=${actions} />`)}
    </ol>
    ${!rows.length && state.loaded && !state.isSearching && html`<p class="none">${t("none")}</p>`}
    ${state.cursor && html`<button type="button" id="more" onClick=${actions.more}>${t("more")}</button>`}
  </aside>`;
}

const isScored = row => Object.values(row.targets).some(target => typeof target.confidence === "number");

function Row({ row, state, kept, actions }) {
  const title = titleOf(row);
  const isOpened = row.id === state.route.article;
  return html`<li class=${isOpened ? "opened" : ""}>
    <input type="checkbox" aria-label=${t("select", title)} checked=${state.selected.has(row.id)}
      disabled=${!DONE.has(row.status)} onChange=${() => actions.select(row.id)} />
    <a href=${actions.address({ article: row.id })} data-id=${row.id}
      aria-current=${isOpened ? "true" : null} onClick=${event => actions.follow(event, row.id)}>
      <span class="title" lang=${row.language}>${title}</span>
      <span class="line">
        <${Status} status=${stateOf(row)} />
        <time datetime=${row.stored_at}>${time(row.stored_at)}</time>
      </span>
      <span class="line chips">
        ${Object.entries(row.targets).map(([language, { status, confidence }]) =>
          html`<${LanguageStatus} key=${language} language=${language} status=${status} confidence=${confidence} />`)}
        ${row.embargo && new Date(row.embargo) > new Date() && html`<span class="status">${t("isEmbargoed")}</span>`}
        ${kept.drafted.has(row.id) && html`<span class="status unsaved">${t("unsaved")}</span>`}
      </span>
    </a>
  </li>`;
}
