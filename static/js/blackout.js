// Marking regions on a photo by mouse, finger or keyboard: it only fills in a field of the form.
// Without this file the grid of boxes under the photo does the same. All numbers are thousandths
// of the picture's edges, as portal/files/rules.py reads them.

const WHOLE = 1000;
const LEAST = 10; // shortest edge of a region
const STEP = 10; // of an arrow key
const REACH = 8; // pixels a pointer has to travel to be drawing and not just a tap

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => String(values[name]));
const percent = (thousandths) => `${Math.round(thousandths / 10)}%`;

for (const figure of document.querySelectorAll("[data-blackout]")) start(figure);

/** Bring one figure to life. */
function start(figure) {
  const part = (name) => figure.querySelector(`[data-${name}]`);
  const words = figure.dataset;
  const stage = part("stage");
  const status = part("status");
  const field = figure.querySelector("input[name=regions]");
  const most = Number(words.most);
  const regions = read(field.value).slice(0, most).map(shown);

  part("tools").hidden = false;
  if (!part("cells").querySelector(":checked")) part("cells").open = false;
  stage.classList.add("is-live");
  write();

  /** Make the element of a region. It takes the arrow keys itself, so it is an application. */
  function shown(box) {
    const element = document.createElement("div");
    element.className = "blackout-region";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", words.role);
    element.setAttribute("aria-describedby", stage.dataset.hint);
    const number = document.createElement("b");
    number.setAttribute("aria-hidden", "true");
    const handle = document.createElement("i");
    handle.className = "blackout-handle";
    element.append(number, handle);
    stage.append(element);
    const region = { box, element, number, handle };
    element.addEventListener("keydown", (event) => pressed(event, region));
    return region;
  }

  /** Show every region where it is and fill in the field. */
  function write() {
    regions.forEach(({ box, element, number }, index) => {
      const n = String(index + 1);
      for (const side of ["left", "top", "width", "height"]) element.style[side] = `${box[side] / 10}%`;
      number.textContent = n;
      element.setAttribute("aria-label", `${filled(words.name, { n })} ${place(box)}`);
    });
    part("remove").disabled = regions.length === 0;
    field.value = regions.map(({ box: b }) => [b.left, b.top, b.width, b.height].join(",")).join(";");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function place(box) {
    return filled(words.place, {
      left: percent(box.left), top: percent(box.top), width: percent(box.width), height: percent(box.height),
    });
  }

  function say(text) {
    status.textContent = text;
  }

  /** Add a region; null when there are as many as are allowed. */
  function add(box) {
    if (regions.length >= most) {
      say(filled(words.full, { n: most }));
      return null;
    }
    const region = shown(box);
    regions.push(region);
    write();
    return region;
  }

  function remove(region) {
    const index = regions.indexOf(region);
    regions.splice(index, 1);
    region.element.remove();
    write();
    say(filled(words.removed, { n: index + 1, left: regions.length }));
    (regions[Math.min(index, regions.length - 1)]?.element ?? part("add")).focus();
  }

  function moved(box, left, top) {
    box.left = clamp(left, 0, WHOLE - box.width);
    box.top = clamp(top, 0, WHOLE - box.height);
  }

  function sized(box, width, height) {
    box.width = clamp(width, LEAST, WHOLE - box.left);
    box.height = clamp(height, LEAST, WHOLE - box.top);
  }

  function pressed(event, region) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
    const { box } = region;
    if (event.key === "Delete" || event.key === "Backspace") remove(region);
    else if (x === 0 && y === 0) return;
    else {
      if (event.shiftKey) sized(box, box.width + x, box.height + y);
      else moved(box, box.left + x, box.top + y);
      write();
      say(place(box));
    }
    event.preventDefault();
  }

  let last = null; // the region that was focused last, for the button that takes it away
  stage.addEventListener("focusin", (event) => {
    last = regions.find(({ element }) => element === event.target) ?? last;
  });
  part("remove").addEventListener("click", () => {
    remove(regions.includes(last) ? last : regions.at(-1));
  });
  part("add").addEventListener("click", () => {
    const region = add({ left: 400, top: 400, width: 200, height: 200 });
    if (!region) return;
    say(filled(words.added, { n: regions.length }));
    region.element.focus();
  });

  const at = (event) => {
    const seen = stage.getBoundingClientRect();
    return {
      x: clamp(Math.round(((event.clientX - seen.left) / seen.width) * WHOLE), 0, WHOLE),
      y: clamp(Math.round(((event.clientY - seen.top) / seen.height) * WHOLE), 0, WHOLE),
    };
  };

  let drag = null; // what the pressed pointer does: pointerId, where it began, how it goes on
  stage.addEventListener("pointerdown", (event) => {
    if (drag || event.button !== 0 || !event.isPrimary) return;
    const begin = at(event);
    const region = regions.find(({ element }) => element.contains(event.target));
    const go = region ? changing(region, begin, region.handle === event.target) : drawing(begin, event);
    drag = { id: event.pointerId, go };
    stage.setPointerCapture(event.pointerId);
    event.preventDefault(); // no selection, no picture dragged along
    region?.element.focus({ preventScroll: true });
  });
  stage.addEventListener("pointermove", (event) => {
    if (drag?.id === event.pointerId) drag.go(at(event), event);
  });
  const end = (event) => {
    if (drag?.id === event.pointerId) drag = null;
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);

  function changing({ box }, begin, isSizing) {
    const was = { ...box };
    return (now) => {
      const [x, y] = [now.x - begin.x, now.y - begin.y];
      if (isSizing) sized(box, was.width + x, was.height + y);
      else moved(box, was.left + x, was.top + y);
      write();
    };
  }

  function drawing(begin, { clientX, clientY }) {
    let region = null;
    return (now, event) => {
      if (drag.isFull || (!region && Math.hypot(event.clientX - clientX, event.clientY - clientY) < REACH)) return;
      region ??= add({ left: 0, top: 0, width: LEAST, height: LEAST });
      drag.isFull = !region;
      if (!region) return;
      const { box, element } = region;
      box.left = Math.min(begin.x, now.x, WHOLE - LEAST);
      box.top = Math.min(begin.y, now.y, WHOLE - LEAST);
      sized(box, Math.max(begin.x, now.x) - box.left, Math.max(begin.y, now.y) - box.top);
      write();
      element.focus({ preventScroll: true });
    };
  }
}

/** Return the boxes that a text tells; what is none is left out. */
function read(text) {
  return text.split(";").flatMap((one) => {
    const found = /^(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})$/.exec(one.trim());
    if (!found) return [];
    const [left, top, width, height] = found.slice(1).map(Number);
    if (left >= WHOLE || top >= WHOLE || !width || !height) return [];
    return [{ left, top, width: Math.min(width, WHOLE - left), height: Math.min(height, WHOLE - top) }];
  });
}
