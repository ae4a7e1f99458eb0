// Comforts of the form of a case: finding a category in one's own words, and its questions at
// once. Without this file the list is there to choose from, and the form asks when it is sent.

const MOST = 5; // categories that are proposed
const form = document.getElementById("feedback-form");

document.querySelector("[data-before]")?.focus();

if (form) {
  const category = form.elements.namedItem("category");
  const options = Array.from(category.options)
    .filter((option) => option.dataset.words)
    .map((option) => ({ option, words: option.dataset.words.toLowerCase().split(/\s+/) }));
  finder(category, options);
  category.addEventListener("change", () => ask(category.value));
  openTarget();
}

/** Propose categories while somebody types, and choose the one that is pressed. */
function finder(category, options) {
  const box = form.querySelector("[data-finder]");
  const typed = box.querySelector("input");
  const list = box.querySelector("ul");
  if (!options.length) return;
  box.hidden = false;
  typed.addEventListener("input", () => show(list, category, options, typed.value));
  const title = form.elements.namedItem("title");
  title.addEventListener("change", () => {
    if (!category.value && !typed.value) show(list, category, options, title.value);
  });
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it does not send the letter
    list.querySelector("button")?.click();
  });
}

function show(list, category, options, text) {
  const found = matching(options, text.trim().toLowerCase());
  list.replaceChildren(...found.map((option) => choice(list, category, option)));
  if (text.trim() && !found.length) {
    const none = document.createElement("li");
    none.textContent = list.dataset.none;
    list.append(none);
  }
}

function choice(list, category, option) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary";
  button.textContent = list.dataset.found.replace("{name}", option.textContent);
  button.addEventListener("click", () => {
    category.value = option.value;
    category.dispatchEvent(new Event("change", { bubbles: true }));
    list.replaceChildren();
    category.focus();
  });
  item.append(button);
  return item;
}

/** Return the options whose words stand in the text, or begin with it, the surest first. */
function matching(options, text) {
  if (!text) return [];
  const points = ({ words }) =>
    words.reduce((sum, word) => sum + (text.includes(word) || word.includes(text) ? word.length : 0), 0);
  return options
    .map((entry) => ({ option: entry.option, sure: points(entry) }))
    .filter(({ sure }) => sure > 0)
    .sort((one, other) => other.sure - one.sure)
    .slice(0, MOST)
    .map(({ option }) => option);
}

/** Put the questions of a category into the form; without an answer the server asks later. */
async function ask(code) {
  const place = document.getElementById("questions");
  const wanted = place.dataset.questions.replace(/-$/, encodeURIComponent(code));
  place.replaceChildren();
  if (!code) return;
  try {
    const answer = await fetch(wanted, { headers: { Accept: "text/html" } });
    if (!answer.ok || form.elements.namedItem("category").value !== code) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
  } catch {
    place.replaceChildren();
  }
}

/** Who reports wrongdoing is shown where to say whose. */
function openTarget() {
  const target = form.querySelector(".intake-target");
  form.addEventListener("change", (event) => {
    if (event.target.name === "kind" && event.target.value === "report") target.open = true;
  });
}
