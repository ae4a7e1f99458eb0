// Marks in a letter: a click masks or keeps, the public text and the difference follow at once.
// Without this file the boxes and the button beside them do the same; the server decides alone
// what is published, and shows the difference again when it has not been seen.

const PAUSE = 350; // milliseconds after the last key until the difference is asked for

for (const form of document.querySelectorAll("form[data-redact]")) start(form);

/** Bring one form to life. */
function start(form) {
  const parts = [...form.querySelectorAll("[data-redact-part]")];
  const made = form.querySelector("[data-redact-made]");
  const preview = form.querySelector("[data-redact-preview]");
  const status = form.querySelector("[data-redact-status]");
  const masker = form.querySelector("[data-redact-mask]");
  const field = (part) => form.elements[part.dataset.redactPart];
  const boxes = [...form.querySelectorAll(".mark input")];
  let timer = 0;
  let asking = null;
  let last = null; // what was selected in a field of the form

  const chosen = () => new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const before = () => new Set(made.value.split(",").filter(Boolean));

  /** Return the text of a part with the boxes in `keys` masked. */
  function masked(part, keys) {
    return [...part.childNodes].map((node) => {
      const box = node.nodeType === Node.ELEMENT_NODE ? node.querySelector("input") : null;
      if (!box) return node.textContent;
      return keys.has(box.value) ? box.dataset.mask : node.querySelector("span").textContent;
    }).join("").trim();
  }

  /** Write the choice into the texts, unless one of them was changed by hand. */
  function follow() {
    const [was, now] = [before(), chosen()];
    const changed = parts.filter((part) => masked(part, was) !== masked(part, now));
    if (changed.some((part) => field(part).value.trim() !== masked(part, was))) {
      status.textContent = status.dataset.byHand;
      return;
    }
    for (const part of changed) field(part).value = masked(part, now);
    made.value = [...now].sort().join(",");
    status.textContent = "";
    if (changed.length) ask(0);
  }

  /** Ask the server how the texts differ now; a later question takes the place of this one. */
  function ask(pause) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      try {
        const body = new FormData(form);
        const answer = await fetch(form.dataset.redact, { method: "POST", body, signal: asking.signal });
        if (answer.ok && !answer.redirected) preview.innerHTML = await answer.text();
      } catch { /* the network is away: the server shows the difference before it publishes */ }
    }, pause);
  }

  /** Mask what is selected: in a field just there, in the letter everywhere it stands. */
  function mask() {
    const selection = getSelection();
    const isInLetter = parts.some((part) => part.contains(selection.anchorNode) && part.contains(selection.focusNode));
    const word = isInLetter ? selection.toString().trim() : "";
    const mark = masker.dataset.redactMask;
    const found = word ? parts.map(field).filter((one) => one.value.includes(word)) : [];
    for (const one of found) one.value = one.value.replaceAll(word, mark);
    if (!found.length && !word && last) last.field.setRangeText(mark, last.start, last.end, "end");
    else if (!found.length) {
      status.textContent = status.dataset.none;
      return;
    }
    last = null;
    status.textContent = "";
    ask(0);
  }

  for (const box of boxes) box.addEventListener("change", follow);
  for (const one of parts.map(field)) {
    one.addEventListener("input", () => ask(PAUSE));
    one.addEventListener("select", () => {
      last = { field: one, start: one.selectionStart, end: one.selectionEnd };
      getSelection().removeAllRanges();
    });
    one.addEventListener("input", () => { last = null; });
  }
  masker.hidden = false;
  masker.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  masker.addEventListener("click", mask);
  follow(); // a browser that went back has its own idea of the boxes
}
