// Names and keyboard access for what only exists, or only overflows, once the page is laid out.
const scrollable = ".nb-html, .nb-math, .md-typeset pre code, .md-typeset__scrollwrap, p:has(> .nb-fig)";

function name(selector, label) {
  document.querySelectorAll(selector).forEach((element, i) => {
    if (!element.hasAttribute("aria-label")) element.setAttribute("aria-label", label(element, i + 1));
  });
}

function nameControls() {
  name(".md-code__nav", (nav, i) => `Code block ${i}`);
  name(".md-annotation__index", () => "Annotation");
  name(".task-list-control input", (box) => box.closest("li").textContent.trim());
}

// Only what overflows takes the focus: a stop that does nothing is a nuisance on a keyboard.
function reachByKeyboard(within) {
  const boxes = [...within.querySelectorAll(scrollable)].filter((box) => !box.closest("details:not([open])"));
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
  nameControls();
  new MutationObserver((changes) => {
    nameControls();
    // Material takes the focus from a code block when it gives it its buttons, as it comes into view.
    for (const { target, addedNodes } of changes)
      if (addedNodes[0]?.className === "md-code__nav") reachByKeyboard(target);
  }).observe(document.body, { childList: true, subtree: true });
  new ResizeObserver(() => reachByKeyboard(document)).observe(document.body);
});
