// What makes pages more convenient. Every page works without it.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) {
    event.target.form.requestSubmit();
  }
});

// A form that came back leads to what is wrong: its label and its error are read aloud there.
document.querySelector("main [aria-invalid=true]")?.focus();
