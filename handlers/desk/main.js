// The desk: send an article, follow its progress, read its summaries, review them.
import { NINJS, Refused, call, json, review, saveKey, submit, takeKey } from "./api.js";
import { language as ownLanguage, languageName, localize, t, time } from "./i18n.js";
import { articleView, corrected, element, reviewsView, summaryView } from "./view.js";

const REVIEWER = "teletipo-reviewer";
const WAIT_SECONDS = 10;
const POLL_MILLISECONDS = 1500;
const POLLS = 120;
const LIST_MILLISECONDS = 8000;
const TYPES = { text: ["text/plain", "txt"], json: ["application/json", "json"], ninjs: [NINJS, "ninjs.json"] };

const $ = id => document.getElementById(id);
let opened = null;
let cursor = null;

function say(text, bad = false) {
  $("message").textContent = text;
  $("message").className = bad ? "bad" : "";
}

function askForKey() {
  $("reviewer").value = localStorage.getItem(REVIEWER) ?? "";
  if (!$("key-dialog").open) $("key-dialog").showModal();
}

function failed(error) {
  if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
    say(t("needsKey"), true);
    askForKey();
  } else {
    say(t("failed") + error.message, true);
  }
}

const guarded = action => async (...values) => {
  try {
    await action(...values);
  } catch (error) {
    failed(error);
  }
};

// ---- A new article

const start = guarded(async () => {
  const { sources, targets, pairs } = await json("languages");
  const known = [...new Set([...targets, ...sources, ...pairs.map(pair => pair.target)])];
  $("targets").replaceChildren(
    ...known.map(code =>
      element(
        "label",
        { className: "choice" },
        element("input", { type: "checkbox", name: "target", value: code, defaultChecked: targets.includes(code) }),
        languageName(code),
      ),
    ),
  );
  say("");
  await list();
});

const send = guarded(async file => {
  const targets = [...document.querySelectorAll("input[name=target]:checked")].map(box => box.value);
  say(t("sent"));
  const { where, response } = await submit(file, targets, WAIT_SECONDS);
  $("new").reset();
  list();
  if (response) return open(response);
  say(t("working"));
  await follow(where);
});

// Polls until the summary is ready, and, if `replaced` is given, is of another version.
async function follow(where, replaced = null) {
  for (let tries = 0; tries < POLLS; tries += 1) {
    const response = await call(where);
    if (response.status === 200) {
      const { article } = await response.clone().json();
      if (article.version_id !== replaced) return open(response);
    }
    say(t("working"));
    await new Promise(resolve => setTimeout(resolve, POLL_MILLISECONDS));
  }
  say(t("tooSlow"));
}

$("new").addEventListener("submit", event => {
  event.preventDefault();
  const [file] = $("file").files;
  const text = $("text").value;
  if (file) send(file);
  else if (text.trim()) send(new Blob([text], { type: "text/plain" }));
  else say(t("empty"), true);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  $("new").addEventListener(kind, event => {
    event.preventDefault();
    $("new").classList.toggle("over", kind === "dragover");
  });
}
$("new").addEventListener("drop", event => {
  const [file] = event.dataTransfer.files;
  const text = event.dataTransfer.getData("text/plain");
  if (file) send(file);
  else if (text) $("text").value = text;
});

// ---- The list

const statusOf = (status, review) =>
  element("span", { className: `status ${review ?? status}`, textContent: t(review ?? status) });

async function list(more = false) {
  const query = new URLSearchParams({ limit: "20" });
  const status = $("status").value;
  if (status) query.set("status", status);
  if (status === "needs_review") query.set("reviewed", "false");
  if (more && cursor) query.set("cursor", cursor);
  const page = await json(`summaries?${query}`);
  cursor = page.cursor;
  $("more").hidden = !cursor;
  const items = page.articles.map(row =>
    element(
      "li",
      {},
      element(
        "button",
        { type: "button", "aria-current": String(row.id === opened?.id), dataset: { id: row.id } },
        element("span", { lang: row.language ?? "", textContent: row.headline ?? row.key }),
        element(
          "small",
          {},
          statusOf(row.status, row.review),
          ` · ${time(row.stored_at)}`,
        ),
      ),
    ),
  );
  if (more) $("recent").append(...items);
  else $("recent").replaceChildren(...items);
}

$("recent").addEventListener("click", guarded(async event => {
  const id = event.target.closest("button")?.dataset.id;
  if (id) await follow(`summaries/${id}`);
}));
$("status").addEventListener("change", guarded(() => list()));
$("more").addEventListener("click", guarded(() => list(true)));
setInterval(() => {
  // Never while the list has the focus.
  if (document.visibilityState === "visible" && !$("recent").contains(document.activeElement)
      && !$("key-dialog").open && $("more").hidden) list().catch(() => {});
}, LIST_MILLISECONDS);

// ---- One article

async function open(response) {
  const summary = await response.json();
  opened = { id: summary.id, etag: response.headers.get("ETag"), summary };
  const codes = Object.keys(summary.summaries);
  const own = codes.find(code => code.slice(0, 2) === ownLanguage);
  draw(own ?? codes[0]);
  say(t("done"));
  $("result").focus();
  await list();
}

function draw(language) {
  const { summary } = opened;
  const article = articleView(summary);
  const panel = element("div", { id: "panel", role: "tabpanel", tabIndex: 0 });
  const codes = Object.keys(summary.summaries);
  const tabs = codes.map(code =>
    element("button", { type: "button", role: "tab", id: `tab-${code}`, textContent: languageName(code), "aria-controls": "panel" }),
  );
  const select = index => {
    tabs.forEach((tab, each) => {
      tab.setAttribute("aria-selected", String(each === index));
      tab.tabIndex = each === index ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", tabs[index].id);
    article.show([]);
    panel.replaceChildren(summaryView(summary, codes[index], article.show), actions(codes[index]));
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => select(index));
    tab.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (index + step + tabs.length) % tabs.length;
      select(next);
      tabs[next].focus();
    });
  });
  $("opened").replaceChildren(
    element("h2", { lang: summary.article.language, textContent: summary.article.headline ?? summary.article.key }),
    element("p", {}, statusOf(summary.status, summary.reviews.at(-1)?.decision)),
    element(
      "div",
      { className: "sheet" },
      article.node,
      element(
        "section",
        { className: "summaries", "aria-label": t("summaries") },
        element("div", { className: "tabs", role: "tablist", "aria-label": t("summaries") }, ...tabs),
        panel,
        reviewsView(summary.reviews),
      ),
    ),
  );
  $("opened").hidden = false;
  $("nothing").hidden = true;
  select(codes.indexOf(language));
}

function actions(language) {
  const bar = element("div", { className: "actions", role: "group", "aria-label": t("actions") });
  const add = (name, action, className = "") => {
    const button = element("button", { type: "button", className, textContent: t(name) });
    button.addEventListener("click", guarded(action));
    bar.append(button);
  };
  add("approve", () => decide({ decision: "approved" }, language), "primary");
  add("correct", () => bar.replaceWith(corrections(language)));
  add("sendBack", () => decide({ decision: "sent_back" }, language));
  add("copy", async () => {
    const words = corrected(opened.summary, language) ?? opened.summary.summaries[language];
    await navigator.clipboard.writeText([words.headline, words.text].filter(Boolean).join("\n"));
    say(t("copied"));
  });
  for (const kind of Object.keys(TYPES)) {
    const button = element("button", { type: "button", textContent: `${t("download")}: ${t(kind)}` });
    button.addEventListener("click", guarded(() => download(kind)));
    bar.append(button);
  }
  return bar;
}

function corrections(language) {
  const before = corrected(opened.summary, language) ?? opened.summary.summaries[language];
  const field = (name, id, value, rows) =>
    [
      element("label", { for: id, textContent: t(name) }),
      element("textarea", { id, value, rows, lang: language, maxLength: rows > 2 ? 20000 : 500 }),
    ];
  const form = element(
    "form",
    { className: "correction" },
    ...(before.headline === null ? [] : field("headline", "correct-headline", before.headline, 2)),
    ...field("body", "correct-text", before.text, 8),
    ...field("note", "correct-note", "", 2),
    element(
      "div",
      { className: "actions" },
      element("button", { type: "submit", className: "primary", textContent: t("saveCorrection") }),
      element("button", { type: "reset", textContent: t("cancel") }),
    ),
  );
  form.addEventListener("reset", () => form.replaceWith(actions(language)));
  form.addEventListener("submit", guarded(async event => {
    event.preventDefault();
    const value = id => form.querySelector(`#${id}`)?.value.trim() || null;
    await decide(
      {
        decision: "corrected",
        corrections: { [language]: { headline: value("correct-headline"), text: value("correct-text") } },
        note: value("correct-note"),
      },
      language,
    );
  }));
  queueMicrotask(() => form.querySelector("textarea").focus());
  return form;
}

async function decide(decision, language) {
  const reviewer = localStorage.getItem(REVIEWER) || null;
  const { id, etag } = opened;
  await review(id, { ...decision, reviewer }, etag);
  say(t("kept"));
  if (decision.decision === "sent_back") {
    await list();
    return follow(`summaries/${id}`, opened.summary.article.version_id);
  }
  const response = await call(`summaries/${id}`);
  opened = { id, etag: response.headers.get("ETag"), summary: await response.json() };
  draw(language);
  $(`tab-${language}`).focus();
  await list();
}

async function download(kind) {
  const [type, extension] = TYPES[kind];
  const response = await call(`summaries/${opened.id}`, { headers: { Accept: type } });
  const name = opened.summary.article.key.split("/").pop();
  const link = element("a", { href: URL.createObjectURL(await response.blob()), download: `${name}.${extension}` });
  link.click();
  URL.revokeObjectURL(link.href);
}

// ---- Credentials

$("change-key").addEventListener("click", askForKey);
$("key-form").addEventListener("submit", () => {
  saveKey($("key").value);
  $("key").value = "";
  localStorage.setItem(REVIEWER, $("reviewer").value.trim());
  start();
});

localize(document);
if (takeKey()) start();
else askForKey();
