// What makes pages more convenient. Every page works without it.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) {
    event.target.form.requestSubmit();
  }
});

// A form that came back leads to what is wrong: its label and its error are read aloud there.
document.querySelector("main [aria-invalid=true]")?.focus();

// Pages that renew themselves leave alone what a person is just using: what is being pressed stays until the press has
// done its work, and the focus stays on what has it.
(() => {
  // A press ends in a click, and a click may lead away; what comes in between would take both with it.
  const LEAVING = 1500; // milliseconds
  let pressed = null;
  let release = 0;
  let focused = null;

  const press = (event) => {
    window.clearTimeout(release);
    pressed = event.target.closest("a, button, input, select, summary");
  };
  const letGo = () => {
    window.clearTimeout(release);
    release = window.setTimeout(() => { pressed = null; }, LEAVING);
  };
  // What stands for an element in the page that comes: its id, where it leads, or the form that it sends.
  const address = (element) => {
    if (element.id) {
      return `#${CSS.escape(element.id)}`;
    }
    if (element.matches("a[href]")) {
      return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
    }
    const action = element.form?.getAttribute("action");
    return action ? `form[action="${CSS.escape(action)}"] ${element.localName}` : null;
  };

  document.addEventListener("pointerdown", press);
  document.addEventListener("click", (event) => { press(event); letGo(); });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, letGo);
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    // What the press itself asked for may take its place.
    if (pressed && pressed !== requestConfig.triggeringEvent?.target && target.contains(pressed)) {
      event.detail.shouldSwap = false; // what renews itself asks again
      return;
    }
    focused = target.contains(document.activeElement) ? address(document.activeElement) : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (focused && document.activeElement === document.body) {
      document.querySelector(focused)?.focus({ preventScroll: true });
    }
    focused = null;
  });
})();
