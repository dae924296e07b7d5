// Which tutorials a reader has done: marked at the end of each, shown on the home page and in the navigation.
// The browser remembers it, and nothing leaves it; where it may not remember, nothing is offered.
(() => {
  const key = "nnfund:progress";
  const nameIn = (url) => /\/tutorials\/(\d\d_\w+)(\/|$)/.exec(url)?.[1];
  const all = (selector) => [...document.querySelectorAll(selector)];

  function add(parent, tag, text, properties) {
    const element = Object.assign(document.createElement(tag), { textContent: text }, properties);
    parent.append(element);
    return element;
  }

  /** The names of the tutorials that are done, in the order in which they were marked. */
  function read() {
    try {
      const { done } = JSON.parse(localStorage.getItem(key)) || {};
      return Array.isArray(done) ? [...new Set(done.filter((name) => typeof name === "string"))] : [];
    } catch {
      return [];
    }
  }

  function write(done) {
    try {
      if (done.length) localStorage.setItem(key, JSON.stringify({ done }));
      else localStorage.removeItem(key);
    } catch {}
  }

  function remembers() {
    try {
      localStorage.setItem(`${key}:test`, "1");
      localStorage.removeItem(`${key}:test`);
      return true;
    } catch {
      return false;
    }
  }

  function showMarks(done) {
    for (const link of all(".nn-stop > a, .md-nav--primary .md-nav__link[href]")) {
      const is = done.includes(nameIn(link.href));
      if (is === link.classList.contains("nn-done")) continue;
      link.classList.toggle("nn-done", is);
      if (is) add(link, "span", " (done)", { className: "nn-said" });
      else link.querySelector(".nn-said").remove();
    }
  }

  // At the end of a tutorial: a box to tick.
  const here = nameIn(location.pathname);
  const article = document.querySelector("article");
  let box;
  function offerMark() {
    const field = add(article, "p", "", { className: "nn-mark" });
    const label = add(field, "label", "");
    box = add(label, "input", "", { type: "checkbox", id: "nn-done" });
    label.append(" I am done with this page");
    add(field, "span", "Remembered by this browser, sent nowhere.");
    box.addEventListener("change", () => {
      const others = read().filter((name) => name !== here);
      write(box.checked ? [...others, here] : others);
      show();
    });
  }

  // On the home page: where to go on, how far one has come, and how to forget it.
  const map = document.querySelector(".nn-map");
  let start, line, count;
  function offerProgress() {
    start = document.querySelector(".nn-start .md-button");
    line = document.createElement("p");
    line.className = "nn-mark";
    map.before(line);
    count = add(line, "span", "", { role: "status" });
    add(line, "button", "Forget my progress", { type: "button" }).addEventListener("click", () => {
      write([]);
      show();
      start?.focus(); // the button is gone
    });
    start.first = { href: start.href, text: start.textContent };
  }

  function showProgress(done) {
    const stops = all(".nn-stop > a");
    const names = stops.map((stop) => nameIn(stop.href));
    const known = done.filter((name) => names.includes(name)); // of another version, a page may be gone
    const left = stops.filter((_, i) => !known.includes(names[i]));
    const last = names.indexOf(known.at(-1));
    const next = left.find((stop) => stops.indexOf(stop) > last) || left[0];
    line.hidden = !known.length;
    count.textContent = `${known.length} of ${stops.length} done. Remembered by this browser, sent nowhere.`;
    const go = known.length && next;
    start.href = go ? next.href : start.first.href;
    start.textContent = go
      ? `Continue with “${next.querySelector(".nn-title").textContent}”`
      : start.first.text;
  }

  function show() {
    const done = read();
    showMarks(done);
    if (box) box.checked = done.includes(here);
    if (line) showProgress(done);
  }

  if (!remembers()) return;
  if (here && article) offerMark();
  if (map) offerProgress();
  show();
  addEventListener("storage", show); // another tab
  addEventListener("pageshow", (event) => event.persisted && show()); // back to a page that was kept
})();
