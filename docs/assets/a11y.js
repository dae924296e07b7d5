// Names and keyboard access for what only exists, or only overflows, once the page is laid out.
const scrollable = ".nb-html, .nb-math, .md-typeset pre code, .md-typeset__scrollwrap, p:has(> .nb-fig)";

function nameBoxes() {
  for (const box of document.querySelectorAll(".task-list-control input:not([aria-label])"))
    box.setAttribute("aria-label", box.closest("li").textContent.trim());
}

// Only what overflows takes the focus: a stop that does nothing is a nuisance on a keyboard.
function reachByKeyboard() {
  const boxes = [...document.querySelectorAll(scrollable)].filter((box) => !box.closest("details:not([open])"));
  const overflowing = boxes.map((box) => box.scrollWidth > box.clientWidth); // all read before any is changed
  boxes.forEach((box, i) => {
    if (overflowing[i]) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  });
}

// Escape closes the navigation of a narrow screen, as it closes the search.
document.addEventListener("keydown", (event) => {
  const drawer = document.getElementById("__drawer");
  if (event.key !== "Escape" || !drawer?.checked) return;
  drawer.click();
  document.querySelector(".md-header [for=__drawer]")?.focus();
});

document$.subscribe(() => {
  nameBoxes();
  new ResizeObserver(reachByKeyboard).observe(document.body);
});
