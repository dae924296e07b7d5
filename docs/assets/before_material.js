// Runs just before Material's script, and spares the reader two things that it would do with every page.

// The search reads an index of several hundred kilobytes: fetch it when the reader turns to the search.
(() => {
  const { open, send } = XMLHttpRequest.prototype;
  let go;
  const asked = new Promise((resolve) => (go = resolve));

  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    this.waits = String(address).endsWith("search/search_index.json");
    return open.call(this, method, address, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.waits) asked.then(() => send.apply(this, body));
    else send.apply(this, body);
  };

  const isSearch = (element) => element.closest?.("[data-md-component=search], [for=__search]");
  for (const event of ["focusin", "pointerover", "touchstart"])
    document.addEventListener(event, ({ target }) => isSearch(target) && go(), { passive: true });
  if (/[?&][qh]=/.test(location.search)) go(); // a search, or a page found by one
})();

// A <meta name="color-scheme"> makes the browser compute all styles anew, each time it is touched. palette.css
// says the same.
document.head.appendChild = (node) =>
  node.name === "color-scheme" ? node : Node.prototype.appendChild.call(document.head, node);
