// The interface in the browser's language; English where it is none of ours.
const texts = {
  en: {
    skip: "Skip to the summaries", api: "API", credentials: "Credentials",
    newArticle: "New article", paste: "Paste an article, or drop a file here",
    orFile: "Or choose a file", into: "Summaries in", summarize: "Summarize",
    recent: "Recent articles", show: "Show", all: "All", more: "More",
    needs_review: "Needs review", ok: "In order", pending: "In work", rejected: "Rejected",
    nothing: "Send an article, or choose one from the list.",
    key: "API key, or a token (Bearer …)", reviewer: "Your name, for reviews", save: "Save",
    working: "The article is stored and being summarized …", done: "The summaries are there.",
    failed: "That did not work: ", needsKey: "The API asks for credentials.",
    empty: "There is no article to send.", sent: "Sending …", article: "The article",
    summaries: "Summaries", words: n => `${n} words`, untranslated: "not translated",
    translated: from => `translated from ${from}`, error: "Error", warning: "Warning", info: "Note",
    approve: "Approve", correct: "Correct", sendBack: "Send again", copy: "Copy",
    text: "Text", json: "JSON", ninjs: "ninjs", download: "Download", copied: "Copied.",
    headline: "Headline", body: "Text", note: "Note (optional)", saveCorrection: "Save correction",
    cancel: "Cancel", reviews: "Reviews", approved: "approved", corrected: "corrected",
    sent_back: "sent back", kept: "The review is kept.", machine: "The machine's words",
    editor: "The editor's words", by: (who, when) => `${who}, ${when}`,
    evidence: "Evidence in the article", tooSlow: "It takes longer than usual; the list will tell.",
    actions: "What to do with it",
  },
  es: {
    skip: "Ir a los resúmenes", api: "API", credentials: "Credenciales",
    newArticle: "Nuevo artículo", paste: "Pegue un artículo o suelte aquí un archivo",
    orFile: "O elija un archivo", into: "Resúmenes en", summarize: "Resumir",
    recent: "Artículos recientes", show: "Mostrar", all: "Todos", more: "Más",
    needs_review: "Por revisar", ok: "En orden", pending: "En curso", rejected: "Rechazado",
    nothing: "Envíe un artículo o elija uno de la lista.",
    key: "Clave de la API, o un token (Bearer …)", reviewer: "Su nombre, para las revisiones",
    save: "Guardar", working: "El artículo está guardado y se está resumiendo …",
    done: "Los resúmenes están listos.", failed: "No ha sido posible: ",
    needsKey: "La API pide credenciales.", empty: "No hay ningún artículo que enviar.",
    sent: "Enviando …", article: "El artículo", summaries: "Resúmenes",
    words: n => `${n} palabras`, untranslated: "sin traducir",
    translated: from => `traducido del ${from}`, error: "Error", warning: "Aviso", info: "Nota",
    approve: "Aprobar", correct: "Corregir", sendBack: "Enviar otra vez", copy: "Copiar",
    text: "Texto", json: "JSON", ninjs: "ninjs", download: "Descargar", copied: "Copiado.",
    headline: "Titular", body: "Texto", note: "Nota (opcional)",
    saveCorrection: "Guardar la corrección", cancel: "Cancelar", reviews: "Revisiones",
    approved: "aprobado", corrected: "corregido", sent_back: "devuelto",
    kept: "La revisión está guardada.", machine: "El texto de la máquina",
    editor: "El texto del editor", by: (who, when) => `${who}, ${when}`,
    evidence: "Prueba en el artículo", tooSlow: "Tarda más de lo normal; la lista lo dirá.",
    actions: "Qué hacer con ello",
  },
  zh: {
    skip: "跳到摘要", api: "API", credentials: "凭据", newArticle: "新稿件",
    paste: "粘贴稿件，或将文件拖到此处", orFile: "或选择文件", into: "摘要语言",
    summarize: "生成摘要", recent: "最近的稿件", show: "显示", all: "全部", more: "更多",
    needs_review: "待审", ok: "无误", pending: "处理中", rejected: "已拒绝",
    nothing: "请发送一篇稿件，或从列表中选择。", key: "API 密钥或令牌（Bearer …）",
    reviewer: "您的姓名（用于审阅）", save: "保存", working: "稿件已保存，正在生成摘要……",
    done: "摘要已完成。", failed: "操作未成功：", needsKey: "API 需要凭据。",
    empty: "没有可发送的稿件。", sent: "正在发送……", article: "稿件", summaries: "摘要",
    words: n => `${n} 词`, untranslated: "未翻译", translated: from => `译自${from}`,
    error: "错误", warning: "警告", info: "提示", approve: "通过", correct: "修改",
    sendBack: "重新发送", copy: "复制", text: "文本", json: "JSON", ninjs: "ninjs",
    download: "下载", copied: "已复制。", headline: "标题", body: "正文", note: "备注（可选）",
    saveCorrection: "保存修改", cancel: "取消", reviews: "审阅记录", approved: "已通过",
    corrected: "已修改", sent_back: "已退回", kept: "审阅已保存。", machine: "机器原文",
    editor: "编辑修改稿", by: (who, when) => `${who}，${when}`, evidence: "稿件中的依据",
    tooSlow: "耗时比平时长，结果会出现在列表中。", actions: "处理方式",
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
