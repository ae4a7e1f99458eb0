// A letter survives a lost connection: what was written is kept on this device until it is sent.
// Never kept: contacts, who is complained about, files, and anything of a report of wrongdoing.
// The key of the form is kept with it, so that sending again after a lost answer makes no
// second case and shows the same receipt.

const PREFIX = "minsheng-draft:";
const OFF = "minsheng-drafts-off";
const KEPT = 7 * 24 * 60 * 60 * 1000; // milliseconds
const FIELDS = ["kind", "title", "body", "category", "project", "town", "place"];

const store = openStore();
const form = document.querySelector("form[data-draft]");
const done = document.querySelector("[data-draft-done]");

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
if (store) sweep();
if (store && done) forget(done.dataset.draftDone);
if (form) {
  watchConnection();
  if (store) keep();
}

/** Return the browser's store, or null where it gives none. */
function openStore() {
  try {
    const found = window.localStorage;
    found.setItem(`${PREFIX}test`, "");
    found.removeItem(`${PREFIX}test`);
    return found;
  } catch {
    return null;
  }
}

function drafts() {
  return Object.keys(store).filter((name) => name.startsWith(PREFIX));
}

function read(name) {
  try {
    const found = JSON.parse(store.getItem(name));
    return found && found.at && found.fields ? found : null;
  } catch {
    return null;
  }
}

/** Delete what is too old, and what cannot be read. */
function sweep() {
  for (const name of drafts()) {
    const age = Date.now() - (read(name)?.at ?? 0);
    if (!(age >= 0 && age < KEPT)) store.removeItem(name);
  }
}

/** Delete the draft of the form with this key: it is sent, or joined to another case. */
function forget(key) {
  for (const name of drafts()) {
    if (read(name)?.key === key) store.removeItem(name);
  }
}

/** Keep the draft of this form while somebody writes, and take up the last one. */
function keep() {
  const name = PREFIX + form.dataset.draft;
  const key = form.elements.namedItem("submission_key");
  const fresh = key.value;
  let timer = 0;

  const isOff = () => store.getItem(OFF) !== null;
  const part = (which) => form.querySelector(`[data-draft-part=${which}]`);
  const show = () => {
    part("on").hidden = isOff();
    part("off").hidden = !isOff();
  };
  const asked = () =>
    Array.from(form.elements)
      .map((element) => element.name)
      .filter((field) => field.startsWith("q_"));
  const value = (field) => form.elements.namedItem(field)?.value ?? "";
  const save = () => {
    if (isOff()) return;
    const fields = Object.fromEntries([...FIELDS, ...asked()].map((field) => [field, value(field)]));
    const isEmpty = !fields.title && !fields.body;
    if (isEmpty || fields.kind === "report") store.removeItem(name);
    else store.setItem(name, JSON.stringify({ at: Date.now(), key: key.value, fields }));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  };

  const restore = () => {
    const found = "fresh" in form.dataset && !isOff() ? read(name) : null;
    if (!found) return;
    for (const [field, text] of Object.entries(found.fields)) {
      const element = form.elements.namedItem(field);
      if (element && text) element.value = text;
    }
    key.value = found.key;
    part("restored").hidden = false;
    form.elements.namedItem("category").dispatchEvent(new Event("change"));
    files();
    for (const area of form.querySelectorAll("textarea")) area.dispatchEvent(new Event("input"));
  };

  /** Show the files that came with the draft before: they go with the letter. */
  const files = async () => {
    const place = document.getElementById("kept-files");
    if (!place) return;
    const body = new FormData();
    body.set("csrf_token", value("csrf_token"));
    body.set("submission_key", key.value);
    try {
      const answer = await fetch(place.dataset.files, { method: "POST", body });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.querySelector("li")) place.replaceChildren(...page.body.childNodes);
    } catch {
      // without a connection they are shown when the form is sent
    }
  };

  const acts = {
    clear: () => {
      store.removeItem(name);
      form.reset();
      for (const field of ["title", "body", "place"]) form.elements.namedItem(field).value = "";
      key.value = fresh;
      document.getElementById("kept-files")?.replaceChildren();
      document.getElementById("questions").replaceChildren();
      part("restored").hidden = true;
      form.elements.namedItem("title").focus();
    },
    off: () => {
      for (const draft of drafts()) store.removeItem(draft);
      store.setItem(OFF, "1");
      show();
    },
    on: () => {
      store.removeItem(OFF);
      show();
      save();
    },
  };
  for (const button of form.querySelectorAll("[data-draft-act]")) {
    button.addEventListener("click", () => acts[button.dataset.draftAct]());
  }
  restore();
  show();
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", save);
  if (!("fresh" in form.dataset)) save();
}

/** Say that there is no connection instead of losing the page to an error of the browser. */
function watchConnection() {
  const message = form.querySelector("[data-offline]");
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    message.hidden = false;
    message.scrollIntoView({ block: "center" });
  });
  window.addEventListener("online", () => {
    message.hidden = true;
  });
}
