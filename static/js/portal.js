// Comforts only: every page works without this file.

document.querySelector(".error-summary")?.focus();

for (const note of document.querySelectorAll("[data-counter-for]")) {
  const area = document.getElementById(note.dataset.counterFor);
  const show = () => {
    const left = area.maxLength - area.value.length;
    note.textContent = note.dataset.left.replace("{n}", String(left));
  };
  area?.addEventListener("input", show);
}
