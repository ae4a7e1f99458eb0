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
