// The interface texts, in the browser's language or else in English.
const texts = {
  en: {
    skip: "Skip to summaries", api: "API", credentials: "Credentials",
    newArticle: "New article", paste: "Paste an article or drop a file here",
    orFile: "Or choose a file", into: "Summary languages", summarize: "Summarize",
    recent: "Recent articles", show: "Show", all: "All", more: "More",
    needs_review: "Needs review", ok: "No issues found", pending: "In progress",
    rejected: "Rejected", nothing: "Send an article or choose one from the list.",
    key: "API key or token (Bearer …)", reviewer: "Your name (shown in reviews)", save: "Save",
    working: "Article saved. Summarizing…", done: "Summaries ready.",
    failed: "Something went wrong: ", needsKey: "Enter your API credentials.",
    empty: "Paste an article or choose a file first.", sent: "Sending…", article: "Article",
    summaries: "Summaries", words: n => `${n} words`, untranslated: "Original language",
    translated: from => `Translated from ${from}`, error: "Error", warning: "Warning", info: "Note",
    approve: "Approve", correct: "Correct", sendBack: "Summarize again", copy: "Copy",
    text: "Text", json: "JSON", ninjs: "ninjs", download: "Download", copied: "Copied.",
    headline: "Headline", body: "Text", note: "Note (optional)", saveCorrection: "Save correction",
    cancel: "Cancel", reviews: "Reviews", approved: "Approved", corrected: "Corrected",
    sent_back: "Sent back", kept: "Review saved.", machine: "Machine version",
    editor: "Edited version", by: (who, when) => `${who}, ${when}`,
    evidence: "Source passage",
    tooSlow: "This is taking longer than usual. Check the list again later.", actions: "Actions",
  },
  es: {
    skip: "Ir a los resúmenes", api: "API", credentials: "Credenciales",
    newArticle: "Nuevo artículo", paste: "Pegue un artículo o arrastre aquí un archivo",
    orFile: "O elija un archivo", into: "Idiomas de los resúmenes", summarize: "Resumir",
    recent: "Artículos recientes", show: "Mostrar", all: "Todos", more: "Ver más",
    needs_review: "Por revisar", ok: "Sin incidencias", pending: "En curso",
    rejected: "Rechazado", nothing: "Envíe un artículo o elija uno de la lista.",
    key: "Clave de API o token (Bearer …)", reviewer: "Su nombre (figurará en las revisiones)",
    save: "Guardar", working: "Artículo guardado. Generando los resúmenes…",
    done: "Resúmenes listos.", failed: "Se ha producido un error: ",
    needsKey: "Introduzca sus credenciales de la API.",
    empty: "Pegue antes un artículo o elija un archivo.", sent: "Enviando…",
    article: "Artículo", summaries: "Resúmenes", words: n => `${n} palabras`,
    untranslated: "Idioma original", translated: from => `Traducido del ${from}`,
    error: "Error", warning: "Advertencia", info: "Nota",
    approve: "Aprobar", correct: "Corregir", sendBack: "Volver a resumir", copy: "Copiar",
    text: "Texto", json: "JSON", ninjs: "ninjs", download: "Descargar", copied: "Copiado.",
    headline: "Titular", body: "Texto", note: "Nota (opcional)",
    saveCorrection: "Guardar corrección", cancel: "Cancelar", reviews: "Revisiones",
    approved: "Aprobado", corrected: "Corregido", sent_back: "Devuelto",
    kept: "Revisión guardada.", machine: "Versión automática", editor: "Versión editada",
    by: (who, when) => `${who}, ${when}`, evidence: "Pasaje del artículo",
    tooSlow: "Está tardando más de lo habitual. Consulte la lista más tarde.",
    actions: "Acciones",
  },
  zh: {
    skip: "跳到摘要", api: "API", credentials: "访问凭据", newArticle: "新稿件",
    paste: "在此粘贴稿件，或将文件拖到此处", orFile: "或选择文件", into: "摘要语言",
    summarize: "生成摘要", recent: "最近稿件", show: "筛选", all: "全部", more: "加载更多",
    needs_review: "待审核", ok: "未发现问题", pending: "处理中", rejected: "已拒收",
    nothing: "请提交稿件，或从列表中选择。", key: "API 密钥或令牌（Bearer …）",
    reviewer: "您的姓名（显示在审核记录中）", save: "保存", working: "稿件已保存，正在生成摘要……",
    done: "摘要已生成。", failed: "操作失败：", needsKey: "请输入 API 凭据。",
    empty: "请先粘贴稿件或选择文件。", sent: "正在提交……", article: "稿件", summaries: "摘要",
    words: n => `${n} 字`, untranslated: "原文语种", translated: from => `译自${from}`,
    error: "错误", warning: "警告", info: "提示", approve: "通过", correct: "修改",
    sendBack: "重新生成", copy: "复制", text: "文本", json: "JSON", ninjs: "ninjs",
    download: "下载", copied: "已复制。", headline: "标题", body: "正文", note: "备注（选填）",
    saveCorrection: "保存修改", cancel: "取消", reviews: "审核记录", approved: "已通过",
    corrected: "已修改", sent_back: "已退回", kept: "审核结果已保存。", machine: "机器生成稿",
    editor: "编辑修改稿", by: (who, when) => `${who}，${when}`, evidence: "原文依据",
    tooSlow: "处理时间比平时长，请稍后查看列表。", actions: "操作",
  },
};

const wanted = (navigator.languages ?? ["en"]).map(tag => tag.slice(0, 2));
export const language = wanted.find(tag => tag in texts) ?? "en";
export const tag = language === "zh" ? "zh-Hans" : language;
export const t = (name, ...values) => {
  const text = texts[language][name] ?? texts.en[name];
  return typeof text === "function" ? text(...values) : text;
};

const names = new Intl.DisplayNames([tag], { type: "language" });
export const languageName = code => names.of(code) ?? code;
export const time = iso =>
  new Intl.DateTimeFormat(tag, { dateStyle: "short", timeStyle: "short" }).format(new Date(iso));

export function localize(root) {
  document.documentElement.lang = tag;
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
}
