// The moderators' desk by keyboard, and who is looking at what. Every page works without it.
// Single keys do nothing while one types, with a modifier key, in a dialog, or once they are
// switched off (WCAG 2.1.4): the choice is kept in this browser.

const SWITCH = "desk-keys-off";
const kept = () => {
  try { return localStorage.getItem(SWITCH) === "yes"; } catch { return false; }
};
const keep = (off) => {
  try { localStorage.setItem(SWITCH, off ? "yes" : "no"); } catch { /* a browser that keeps nothing */ }
};
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
let areOff = kept();

// --- the help, and the switch in it --------------------------------------------------

const help = one("[data-desk-keys]");
const opener = one("[data-desk-help]");
const toggle = one("[data-desk-switch]");

if (help && opener && toggle) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  toggle.checked = !areOff;
  toggle.addEventListener("change", () => {
    areOff = !toggle.checked;
    keep(areOff);
    document.documentElement.toggleAttribute("data-desk-off", areOff);
  });
  document.documentElement.toggleAttribute("data-desk-off", areOff);
}

// --- the queue: a row after another, selecting, acting on the selection --------------

const rows = all("[data-desk-row]");
const box = (row) => row.querySelector("input[type=checkbox]");

/** Move to the next or former row; its link gets the focus, so Enter opens it. */
function step(by) {
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const there = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  const link = rows[there]?.querySelector("[data-desk-open]");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function pick() {
  const row = rows.find((some) => some.contains(document.activeElement));
  if (row) box(row).click();
}

const bar = one("[data-desk-bar]");
const whole = one("[data-desk-all]");
const every = whole?.querySelector("input");
/** Say how many are picked: beside the form, and in a bar that stays in sight while any is. */
function tell() {
  const n = rows.filter((row) => box(row).checked).length;
  for (const row of rows) row.classList.toggle("is-picked", box(row).checked);
  for (const count of all("[data-desk-count]")) {
    count.hidden = false;
    count.textContent = count.dataset.text.replace("{n}", String(n));
  }
  if (bar) bar.hidden = n === 0;
  if (every) {
    every.checked = n > 0 && n === rows.length;
    every.indeterminate = n > 0 && n < rows.length;
  }
}
for (const row of rows) box(row).addEventListener("change", tell);
if (rows.length) tell();
if (whole && rows.length) {
  whole.hidden = false;
  every.addEventListener("change", () => {
    const { checked } = every;
    for (const row of rows) box(row).checked = checked;
    tell();
  });
}

const act = one("#bulk [name=act]");
/** Of the fields of the acts, show those of the chosen one. */
function narrow() {
  for (const part of all("[data-desk-for]")) part.hidden = part.dataset.deskFor !== act.value;
}
if (act) {
  act.addEventListener("change", narrow);
  narrow();
}

// --- the page of a case: suggestions by number, phrases, the time to undo -------------

const suggestions = all("[data-desk-department]").slice(0, 3);
const chooser = one("#act-assign [name=department], #act-reassign [name=department]");

suggestions.forEach((block, index) => {
  const key = document.createElement("kbd");
  key.className = "desk-number";
  key.textContent = String(index + 1);
  key.setAttribute("aria-hidden", "true");
  (block.querySelector("p") ?? block).prepend(key);
});

/** Choose a suggested department and go to the button: Enter sends the case there. */
function suggest(index) {
  const code = suggestions[index]?.dataset.deskDepartment;
  if (!chooser || !code) return;
  chooser.value = code;
  if (chooser.value !== code) return;
  chooser.form.querySelector("button:not([form])")?.focus();
}

for (const list of all("[data-desk-phrases]")) {
  const select = list.querySelector("select");
  list.querySelector("button").addEventListener("click", (event) => {
    const area = document.getElementById(list.dataset.deskPhrases);
    const text = select.selectedOptions[0]?.dataset.text;
    if (!area || !text) return;
    event.preventDefault();
    const [from, to] = [area.selectionStart, area.selectionEnd];
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
}

for (const notice of all("[data-desk-undo]")) {
  const until = performance.now() + Number(notice.dataset.deskUndo) * 1000;
  const left = notice.querySelector("[data-desk-left]");
  const timer = setInterval(() => {
    const n = Math.ceil((until - performance.now()) / 1000);
    if (n > 0) left.textContent = left.dataset.text.replace("{n}", String(n));
    else {
      clearInterval(timer);
      if (!notice.contains(document.activeElement)) notice.hidden = true;
    }
  }, 1000);
}

// --- who else is looking -------------------------------------------------------------

for (const place of all("[data-desk-presence]")) {
  const form = place.querySelector("form");
  const said = place.querySelector("[data-desk-others]");
  const sign = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.ok) return;
      const names = (await answer.json()).others.join("、");
      const text = names && said.dataset.text.replace("{names}", names);
      if (said.textContent !== text) said.textContent = text;
      said.hidden = !names;
    } catch { /* the network is away; the next sign is soon */ }
  };
  setInterval(sign, Number(place.dataset.deskPresence) * 1000);
  document.addEventListener("visibilitychange", sign);
}

// --- keys ------------------------------------------------------------------------------

const go = (selector) => {
  const there = one(selector);
  there?.focus();
  there?.scrollIntoView({ block: "nearest" });
};
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: pick,
  b: () => go("#bulk [name=act]"),
  "/": () => go("form[role=search] [name=q]"),
  1: () => suggest(0),
  2: () => suggest(1),
  3: () => suggest(2),
  n: () => one("[data-desk-next]")?.click(),
  u: () => go("[data-desk-undo] button"),
  "?": () => help?.showModal(),
};
const TYPES = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (areOff || !isPlain || event.target.closest?.(TYPES) || one("dialog[open]")) return;
  const doing = KEYS[event.key];
  if (!doing) return;
  event.preventDefault();
  doing();
});
