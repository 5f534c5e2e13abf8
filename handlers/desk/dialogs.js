// The dialogs: credentials, a new article, shortcuts, a conflict.
import { languageName, t } from "./i18n.js";
import * as store from "./store.js";
import { Compare } from "./summary.js";
import { edition, joined } from "./text.js";
import { Button, Dialog, html } from "./ui.js";

export const SHORTCUTS = [
  ["j", "k_next"], ["k", "k_previous"], ["]", "k_language"], ["[", "k_languageBack"],
  ["n", "k_sentence"], ["p", "k_sentenceBack"], ["v", "k_version"], ["e", "k_edit"], ["Esc", "k_escape"],
  ["Shift+A", "k_approve"], ["Ctrl+Enter", "k_save"], ["c", "k_new"], ["/", "k_search"], ["?", "k_help"],
];

export function KeyDialog({ state, actions }) {
  return html`<${Dialog} id="key-dialog" title=${t("credentials")} onClose=${actions.closeDialog}>
    <form id="key-form" onSubmit=${actions.enterKey}>
      ${state.keyProblem && html`<p class="bad" role="alert">${state.keyProblem}</p>`}
      <label for="key">${t("key")}</label>
      <input id="key" type="password" autocomplete="off" required />
      <label for="reviewer">${t("reviewer")}</label>
      <input id="reviewer" type="text" autocomplete="name" maxlength="200" defaultValue=${store.editor()} />
      <p class="buttons"><button type="submit" class="primary" disabled=${state.busy}>${t("save")}</button>
        <${Button} name="cancel" onClick=${actions.closeDialog} /></p>
    </form>
  </${Dialog}>`;
}

export function AskName({ actions }) {
  return html`<form id="ask-name" onSubmit=${actions.saveName}>
    <label for="name">${t("askName")}</label><input id="name" type="text" autocomplete="name" maxlength="200" required />
    <button type="submit">${t("save")}</button></form>`;
}

export function NameDialog({ actions }) {
  return html`<${Dialog} id="name-dialog" title=${t("whoDecides")} onClose=${actions.closeDialog}>
    <${AskName} actions=${actions} />
    <p class="buttons"><${Button} name="cancel" onClick=${actions.closeDialog} /></p>
  </${Dialog}>`;
}

export function NewDialog({ state, actions }) {
  const { text, files, targets, isSending } = state.form;
  return html`<${Dialog} id="new-dialog" title=${t("newArticle")} onClose=${actions.closeDialog} wide=${true}>
    <form id="new" onSubmit=${actions.submit}>
      ${state.formProblem && html`<p class="bad" role="alert">${state.formProblem}</p>`}
      <label for="text">${t("paste")}</label>
      <textarea id="text" rows="10" spellcheck=${false} value=${text}
        onInput=${event => actions.form({ text: event.target.value })}></textarea>
      <label for="file">${t("orFile")}</label>
      <input id="file" type="file" multiple onChange=${event => actions.form({ files: [...event.target.files] })} />
      ${files.length > 0 && html`<p class="kept">${t("fileFirst", files.map(each => each.name))} ${text.trim() && t("textStays")} <button
        type="button" class="small" onClick=${actions.removeFiles}>${t("noFile", files.length)}</button></p>`}
      <fieldset><legend>${t("into")}</legend>${state.languages.map(code => html`<label class="choice" key=${code}>
        <input type="checkbox" name="target" value=${code} checked=${targets.has(code)}
          onChange=${event => actions.target(code, event.target.checked)} /> ${languageName(code)}</label>`)}</fieldset>
      <p class="buttons"><button type="submit" class="primary" disabled=${isSending} title="Ctrl+Enter">${t(isSending ? "sent" : "summarize")}</button>
        <${Button} name="close" onClick=${actions.closeDialog} /></p>
    </form>
  </${Dialog}>`;
}

export function HelpDialog({ actions }) {
  return html`<${Dialog} id="help" title=${t("help")} onClose=${actions.closeDialog}>
    <dl>${SHORTCUTS.map(([keys, name]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${t(name)}</dd></div>`)}</dl>
    <label class="choice"><input type="checkbox" checked=${store.singleKeys()}
      onChange=${event => store.saveSingleKeys(event.target.checked)} /> ${t("keysOn")}</label>
    <p class="buttons"><${Button} name="close" onClick=${actions.closeDialog} /></p>
  </${Dialog}>`;
}

export function ConflictDialog({ conflict, actions }) {
  const { latest, language, draft } = conflict;
  const now = edition(latest.summary, language);
  const words = latest.summary.summaries[language];
  const saved = { headline: now.headline, text: joined(now.slots, language) };
  const yours = { headline: draft.headline, text: joined(draft.slots, language) };
  const who = words.review && (words.review.reviewer ?? words.review.reviewed_by);
  return html`<${Dialog} id="conflict" title=${t("conflict")} onClose=${actions.goOn} wide=${true}>
    <${Compare} left=${[t("theirs", who), saved]} right=${[t("yours"), yours]} language=${language} />
    <p class="buttons">
      <${Button} name="goOn" kind="primary" onClick=${actions.goOn} />
      <${Button} name="saveMine" onClick=${actions.saveMine} />
      <${Button} name="takeTheirs" onClick=${actions.takeTheirs} />
    </p>
  </${Dialog}>`;
}
