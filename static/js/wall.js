// Comforts of the wall chart only: it works without this file, by its links.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const hall = document.querySelector("[data-hall]");
if (hall) start(hall);

/** Let a hall's screen fill the display and turn its sheets by itself, once asked to. */
function start(hall) {
  const part = (name) => hall.querySelector(`[data-${name}]`);
  const full = part("full");
  const auto = part("auto");
  const status = part("status");
  let timer = 0;

  const switchable = (button, isOn) => {
    button.dataset.on ??= button.textContent;
    button.textContent = isOn ? button.dataset.off : button.dataset.on;
  };

  // Sheets are swapped in place, because opening a page would end the full screen.
  const show = async (address) => {
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rel = document.activeElement?.getAttribute("rel");
      for (const id of ["sheet", "sheet-links"]) {
        const fresh = page.getElementById(id);
        if (!fresh) throw new Error(id);
        document.getElementById(id).replaceWith(fresh);
      }
      if (rel) (hall.querySelector(`#sheet-links [rel=${rel}]`) ?? auto).focus();
      history.replaceState(null, "", remembered(address, timer > 0));
      status.textContent = "";
    } catch {
      status.textContent = hall.dataset.lost;
    }
  };

  // Nobody's place is taken away: while the focus is on the chart, or the window is not seen,
  // the sheet stays.
  const turn = () => {
    const sheet = document.getElementById("sheet");
    if (!document.hidden && !sheet.contains(document.activeElement)) show(sheet.dataset.next);
  };

  const run = (isOn) => {
    clearInterval(timer);
    timer = isOn ? setInterval(turn, Number(hall.dataset.seconds) * 1000) : 0;
    switchable(auto, isOn);
    history.replaceState(null, "", remembered(location.href, isOn));
  };

  auto.hidden = false;
  auto.addEventListener("click", () => run(timer === 0));

  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  });
  document.addEventListener("fullscreenchange", () => {
    switchable(full, Boolean(document.fullscreenElement));
  });

  hall.addEventListener("click", (event) => {
    const link = event.target.closest("#sheet-links a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href);
  });

  // A display that restarts goes on turning when its address says so; never for visitors who
  // asked their device for less motion.
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (new URL(location.href).searchParams.has("turn") && !isStill) run(true);
}

/** Return an address that says whether sheets turn by themselves. */
function remembered(address, isOn) {
  const url = new URL(address, location.href);
  if (isOn) url.searchParams.set("turn", "1");
  else url.searchParams.delete("turn");
  return url.href;
}
