// Reading without a network: the whole site from a folder, or the pages that were visited before.
// This runs before Material's script, which starts the search.
(() => {
  const here = document.currentScript.src;

  // From a folder, nobody turns "tutorials/" into "tutorials/index.html": the browser would list the folder.
  function nameFile(event) {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const target = new URL(link.getAttribute("href"), document.baseURI); // links of a drawing have no pathname
    if (target.protocol !== "file:" || !target.pathname.endsWith("/")) return;
    target.pathname += "index.html";
    link.setAttribute("href", target);
  }

  // From a folder, a browser starts no worker: the search runs in a frame of the page instead.
  class FrameWorker extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = frame.contentDocument.createElement("script");
      this.ready = new Promise((resolve) => script.addEventListener("load", resolve));
      script.src = address;
      frame.contentDocument.head.append(script);
    }

    async postMessage(data) {
      await this.ready;
      this.inside.dispatchEvent(new MessageEvent("message", { data }));
    }
  }

  // The worker (sw.js) keeps what passes through it. On a first visit, that page came before it.
  async function keepVisited() {
    const { serviceWorker } = navigator;
    const first = !serviceWorker.controller;
    const controlled = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
    await serviceWorker.register(new URL("../sw.js", here));
    if (first) {
      await controlled;
      const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
      if (!navigator.connection?.saveData) loaded.push(new URL("../search/search_index.json", here).href);
      for (const address of [location.href.split("#")[0], ...loaded]) await fetch(address);
    }
    if (navigator.connection?.saveData) return;
    // Or those that were not scrolled to would be missing without a network. Fetched, not drawn: that takes time.
    for (const figure of document.querySelectorAll("img[loading=lazy]")) {
      if (figure.checkVisibility?.()) await fetch(figure.src);
    }
  }

  // The notice for a page that was not kept (404.html, see sw.js) lists what was.
  async function listKept(list) {
    for (const name of (await caches.keys()).filter((name) => name.startsWith("nnfund-"))) {
      const kept = await caches.open(name);
      for (const request of await kept.keys()) {
        if (!request.url.endsWith("/")) continue;
        const page = new DOMParser().parseFromString(await (await kept.match(request)).text(), "text/html");
        const link = document.createElement("a");
        link.href = request.url;
        link.textContent = page.title;
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
      }
    }
  }

  if (location.protocol === "file:") {
    for (const kind of ["mousedown", "click", "contextmenu"]) addEventListener(kind, nameFile, true);
    window.Worker = FrameWorker;
  } else if (isSecureContext && navigator.serviceWorker) {
    addEventListener("load", () => keepVisited().catch((reason) => console.warn(`Nothing is kept: ${reason}`)));
    const list = document.querySelector("#nn-offline:not([hidden]) ul");
    if (list) listKept(list);
  }
})();
