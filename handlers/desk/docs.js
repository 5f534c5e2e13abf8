// The API's documentation, with the desk's credentials.
const KEY = "teletipo-key";
const given = new URLSearchParams(location.hash.slice(1)).get("key");
let key = given ?? "";
try {
  if (given) sessionStorage.setItem(KEY, given);
  key = sessionStorage.getItem(KEY) ?? "";
} catch {
  // The browser stores nothing: the key is good until the page is reloaded.
}
const isToken = /^Bearer /i.test(key);
const access = isToken ? { Authorization: key } : { "x-api-key": key };
const response = await fetch("openapi.json", { headers: access });
if (response.ok) {
  const spec = await response.json();
  spec.servers = [{ url: new URL(".", location.href).href.replace(/\/$/, "") }];
  const page = window.SwaggerUIBundle({
    spec,
    dom_id: "#api",
    requestInterceptor: request => ({ ...request, headers: { ...access, ...request.headers } }),
    // The padlocks show that the key is there.
    onComplete: () => {
      if (key && !isToken) page.preauthorizeApiKey("key", key);
    },
  });
} else {
  const link = document.createElement("a");
  link.href = "./";
  link.textContent = "Enter your API credentials on the desk page, then return here.";
  document.getElementById("api").replaceChildren(link);
}
