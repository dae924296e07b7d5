// "With what it needs": copies the script behind the link. Without this, or where a page may not read files
// (a site opened from a folder), the link downloads it.
const said = new Map();

function say(link, text) {
  if (!said.has(link)) said.set(link, link.textContent);
  link.textContent = text;
  setTimeout(() => (link.textContent = said.get(link)), 2000);
}

async function script(link) {
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(`${response.status} ${link.href}`);
  return new Blob([await response.text()], { type: "text/plain" });
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest(".nb-needs");
  if (!link || location.protocol === "file:" || !navigator.clipboard) return;
  event.preventDefault();
  try {
    // The promise, not its value: a browser that asks for a click accepts no copy that comes later.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": script(link) })]);
    say(link, "Copied");
  } catch {
    location.assign(link.href);
  }
});
