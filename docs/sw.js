// Shows a visited page again when there is no network. Everything is asked of the network first.
const STORE = "nnfund-1"; // another number forgets all that browsers have kept
const KEPT = /(\/|\.(html|css|js|json|svg|webp|png|woff2|py))$/; // no archive, no notebook
const NOTICE = new URL("404.html", registration.scope).href;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(STORE).then((store) => store.add(new Request(NOTICE, { cache: "reload" }))));
});

addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  const old = (await caches.keys()).filter((name) => name.startsWith("nnfund-") && name !== STORE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable(); // the network does not wait until this file has started
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const address = event.request.url.split(/[?#]/)[0];
  const ours = address.startsWith(registration.scope) && KEPT.test(address);
  if (ours && event.request.method === "GET") event.respondWith(answer(event, address));
});

// All of it before the old one goes: what breaks off on the way replaces nothing.
async function keep(store, address, response) {
  await store.put(address, new Response(await response.arrayBuffer(), { headers: response.headers }));
}

async function answer(event, address) {
  const store = await caches.open(STORE);
  try {
    const fresh = (await event.preloadResponse) || (await fetch(event.request));
    if (fresh.status === 200) event.waitUntil(keep(store, address, fresh.clone()));
    if (fresh.status === 404) event.waitUntil(store.delete(address));
    return fresh;
  } catch (offline) {
    const kept = await store.match(address);
    if (kept || event.request.mode !== "navigate") return kept || Response.error();
    const notice = await (await store.match(NOTICE)).text();
    const shown = notice.replace("Page not found", "No network").replace('id="nn-gone"', "$& hidden");
    const headers = { "Content-Type": "text/html; charset=utf-8" };
    return new Response(shown.replace('id="nn-offline" hidden', 'id="nn-offline"'), { status: 503, headers });
  }
}
