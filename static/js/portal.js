// Comforts only: every page works without this file.

document.querySelector(".error-summary")?.focus();

for (const button of document.querySelectorAll(".switches [name=view]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault(); // what is written on the page stays
    turn(button);
  });
}

for (const button of document.querySelectorAll(".switches [name=language]")) {
  button.addEventListener("click", (event) => {
    const isCarried = button.hasAttribute("formaction"); // the letter goes along
    if (!isCarried && hasUnsent() && !window.confirm(button.dataset.ask)) event.preventDefault();
  });
}

// Two answers at once would each bring a cookie: a form waits, so that its receipt is not lost.
let keeping = null;
document.addEventListener("submit", (event) => {
  if (!keeping || event.defaultPrevented) return;
  event.preventDefault();
  keeping.finally(() => event.target.requestSubmit(event.submitter));
});

/** Show the page in the other view at once, and have the choice remembered for the next ones. */
function turn(button) {
  const form = button.closest("form");
  const body = new URLSearchParams(new FormData(form));
  body.set("view", button.value);
  const kept = { method: "POST", body, redirect: "manual", keepalive: true };
  keeping = fetch(form.action, kept).catch(() => {}); // without a connection it holds for this page
  keeping.finally(() => {
    keeping = null;
  });
  const isCare = button.value === "care";
  if (isCare) document.documentElement.dataset.view = "care";
  else delete document.documentElement.dataset.view;
  button.value = isCare ? "standard" : "care";
  [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
}

/** Say whether something would be lost: it is written here, or shown again from a form. */
function hasUnsent() {
  if (document.querySelector("main[data-unsent]")) return true;
  const forms = Array.from(document.querySelectorAll("main form[method=post]"));
  return forms.some((form) => Array.from(form.elements).some(isChanged));
}

function isChanged(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") {
    const first = Array.from(field.options).findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(field.multiple ? -1 : 0, first);
  }
  return field.type === "file" ? field.files.length > 0 : field.value !== (field.defaultValue ?? field.value);
}

for (const note of document.querySelectorAll("[data-counter-for]")) {
  const area = document.getElementById(note.dataset.counterFor);
  const show = () => {
    const left = area.maxLength - area.value.length;
    note.textContent = note.dataset.left.replace("{n}", String(left));
  };
  area?.addEventListener("input", show);
}

for (const picker of document.querySelectorAll(".file-pick input")) {
  const warning = document.querySelector(`[data-warning-for="${CSS.escape(picker.id)}"]`);
  const show = () => {
    const files = Array.from(picker.files);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    picker.classList.toggle("is-empty", files.length === 0);
    if (warning) warning.textContent = total > Number(picker.dataset.largest) ? warning.dataset.text : "";
  };
  picker.addEventListener("change", show);
  show();
}
