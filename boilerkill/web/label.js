// The labelling page. What is shown is one page of the project: its blocks in a list, and the page
// as it looks in a frame whose own scripts never run. Every change goes to the server at once.

const $ = (id) => document.getElementById(id);
const list = $("blocks"), frame = $("frame");
const params = new URLSearchParams(location.hash.slice(1));

let project = null; // pages, labels, page types
let page = null; // the page shown, as the server told it
let rows = [], boxes = []; // of each block: in the list, on the page
let anchor = 0, here = 0; // the chosen range
let undone = [], done = []; // changes: maps of block to label, that take one back
let trail = []; // pages shown before

// -- the server --------------------------------------------------------------------------------

async function ask(path, body) {
  const how = body && { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(path, how);
  if (answer.status === 403 || answer.status === 404) {
    alarm("The server was started anew. Open the address that the terminal shows.");
  }
  return answer;
}

// Changes wait in line, so that each names the revision that the one before it made.
const waiting = [];
let sending = false;

function save(change) {
  waiting.push({ number: page.number, ...change });
  if (!sending) send();
}

async function send() {
  sending = true;
  while (waiting.length) {
    saved(`Saving…`);
    const { number, ...change } = waiting[0];
    let answer = null;
    try {
      answer = await ask(`api/pages/${number}`, { revision: page.revision, ...change });
    } catch {
      saved("Not saved: the server does not answer. Trying again.", true);
      await new Promise((go) => setTimeout(go, 1500));
      continue;
    }
    if (answer.ok) {
      waiting.shift();
      page.revision = (await answer.json()).revision;
      alarm("");
      saved("Saved");
      continue;
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 507) {
      saved(`Not saved: ${told.error}. Trying again.`, true);
      await new Promise((go) => setTimeout(go, 3000));
      continue;
    }
    waiting.length = 0;
    if (answer.status === 409) conflict(told);
    else saved("Not saved", true);
  }
  sending = false;
}

function conflict(told) {
  take(told);
  done = [];
  undone = [];
  alarm("This page was changed in another tab. Your last change was not saved; shown is what it has now.");
  saved("Not saved", true);
}

function take(told) {
  page.revision = told.revision;
  page.labels = told.labels;
  page.page_type = told.page_type;
  $("type").value = told.page_type;
  page.blocks.forEach((_, block) => paint(block));
  count();
}

addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});

// -- messages ----------------------------------------------------------------------------------

function alarm(text) {
  $("alarm").textContent = text;
  $("alarm").hidden = !text;
}

function saved(text, bad = false) {
  $("saved").textContent = text;
  $("saved").classList.toggle("waiting", bad);
}

function say(text) {
  $("said").textContent = text;
}

function make(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// -- showing a page ----------------------------------------------------------------------------

async function show(number) {
  while (sending) await new Promise((go) => setTimeout(go, 30));
  const answer = await ask(`api/pages/${number}`);
  if (!answer.ok) return;
  page = await answer.json();
  done = [];
  undone = [];
  history.replaceState(null, "", `#page=${number}`);
  document.title = `${page.name} – boilerkill label`;
  $("title").textContent = page.title || page.name;
  $("name").textContent = page.name;
  $("type").value = page.page_type;
  rows = page.blocks.map(row);
  list.replaceChildren(...rows);
  if (!rows.length) list.append(make("li", `Nothing to label: ${page.reason}`, "nothing"));
  boxes = [];
  frame.src = `frame/${number}`;
  page.blocks.forEach((_, block) => paint(block));
  const first = page.labels.indexOf(null);
  choose(first < 0 ? 0 : first);
  count();
  saved("");
  list.focus({ preventScroll: true });
}

function row(block, number) {
  const made = make("li");
  made.id = `block-${number}`;
  made.setAttribute("role", "option");
  made.dataset.block = number;
  const given = make("div", undefined, "given");
  given.append(make("b"), make("span"));
  const text = make("p", block.text.slice(0, 1500), "text");
  text.dir = "auto";
  if (page.language) text.lang = page.language;
  const body = make("div");
  body.append(text);
  made.append(make("span", String(number + 1), "number"), given, body);
  return made;
}

function paint(block) {
  const { guess, chance } = page.blocks[block];
  const label = page.labels[block];
  const classes = [label ?? guess, label ? "labelled" : "guessed"];
  const [low, high] = range();
  if (block >= low && block <= high) classes.push("chosen");
  if (block === here) classes.push("here");
  const made = rows[block];
  made.className = classes.join(" ");
  made.setAttribute("aria-selected", classes.includes("chosen"));
  const [name, note] = made.children[1].children;
  name.textContent = label ? `✓ ${label}` : `${guess}?`;
  note.textContent = label && label !== guess ? `guess ${guess}` : `guess ${Math.round(chance * 100)}%`;
  if (label === guess) note.textContent = "";
  if (boxes[block]) {
    boxes[block].className = classes.join(" ");
    boxes[block].title = name.textContent;
  }
}

function count() {
  const total = page.blocks.length;
  const labelled = page.labels.filter(Boolean).length;
  $("bar").max = total || 1;
  $("bar").value = labelled;
  const known = project.pages[page.number];
  known.blocks = total;
  known.done = labelled;
  const finished = project.pages.filter((each) => each.blocks !== null && each.done === each.blocks).length;
  $("count").textContent = `${labelled} of ${total} blocks · ${finished} of ${project.pages.length} pages`;
  $("undo").disabled = !done.length;
}

// -- the page as it looks ----------------------------------------------------------------------

// Scripts are off inside; what listens here belongs to this document.
frame.addEventListener("load", () => {
  const inner = frame.contentDocument;
  if (!inner || !inner.body || !page) return;
  for (const each of inner.body.querySelectorAll("*")) {
    const { position } = inner.defaultView.getComputedStyle(each);
    // What stays in place while one scrolls would cover the blocks below it.
    if (position === "fixed" || position === "sticky") each.style.setProperty("position", "static", "important");
  }
  boxes = page.blocks.map((_, block) => {
    const box = inner.createElement("bk-box");
    box.dataset.block = block;
    return box;
  });
  inner.body.append(...boxes);
  inner.addEventListener("pointerdown", (event) => grab(event, block_at(event)));
  inner.addEventListener("pointerover", (event) => drag(event, block_at(event)));
  inner.addEventListener("pointerup", release);
  inner.addEventListener("dblclick", (event) => block_at(event) !== null && accept());
  inner.addEventListener("dragstart", (event) => event.preventDefault());
  inner.addEventListener("keydown", key);
  new ResizeObserver(lay).observe(inner.documentElement);
  lay();
  page.blocks.forEach((_, block) => paint(block));
  reveal(false);
});

function block_at(event) {
  const found = event.target.closest?.("bk-box, bk-t");
  return found ? Number(found.dataset.block ?? found.dataset.b) : null;
}

// Put each box round the pieces of text of its block.
function lay() {
  const inner = frame.contentDocument;
  if (!inner?.body || !boxes.length) return;
  const bounds = new Map();
  for (const piece of inner.querySelectorAll("bk-t")) {
    for (const rect of piece.getClientRects()) {
      if (!rect.width || !rect.height) continue;
      const known = bounds.get(piece.dataset.b);
      bounds.set(piece.dataset.b, known ? {
        left: Math.min(known.left, rect.left), top: Math.min(known.top, rect.top),
        right: Math.max(known.right, rect.right), bottom: Math.max(known.bottom, rect.bottom),
      } : { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom });
    }
  }
  const from = inner.body.getBoundingClientRect();
  const edge = inner.defaultView.getComputedStyle(inner.body);
  const left = from.left + parseFloat(edge.borderLeftWidth), top = from.top + parseFloat(edge.borderTopWidth);
  boxes.forEach((box, block) => {
    const at = bounds.get(String(block));
    box.style.setProperty("display", at ? "block" : "none", "important");
    if (at) {
      const place = { left: at.left - left - 4, top: at.top - top - 2, width: at.right - at.left + 8, height: at.bottom - at.top + 4 };
      for (const [name, value] of Object.entries(place)) box.style.setProperty(name, `${value}px`, "important");
    }
    const body = rows[block].lastElementChild;
    if (!at && body.children.length === 1) body.append(make("span", "hidden on the page", "off"));
  });
}

// -- choosing ----------------------------------------------------------------------------------

function range() {
  return anchor < here ? [anchor, here] : [here, anchor];
}

function choose(block, extend = false) {
  if (!rows.length) return;
  const before = range();
  const was = here;
  here = Math.max(0, Math.min(rows.length - 1, block));
  if (!extend) anchor = here;
  const after = range();
  const low = Math.min(before[0], after[0], was), high = Math.max(before[1], after[1], was);
  for (let each = low; each <= Math.min(high, rows.length - 1); each++) paint(each);
  list.setAttribute("aria-activedescendant", `block-${here}`);
  reveal();
}

function reveal(smooth = true) {
  // What lies under the mouse stays there, or a drag would run on by itself.
  if (grabbed !== list) rows[here]?.scrollIntoView({ block: "nearest" });
  const box = boxes[here];
  if (!box || box.style.display === "none" || grabbed === frame.contentDocument) return;
  const at = box.getBoundingClientRect();
  const high = frame.clientHeight;
  if (at.top < 40 || at.bottom > high - 40) {
    frame.contentWindow.scrollBy({ top: at.top - high / 3, behavior: smooth ? "smooth" : "instant" });
  }
}

let grabbed = null; // what a range is dragged on: the list or the page

function grab(event, block) {
  if (event.button || block === null) return;
  event.preventDefault();
  grabbed = event.currentTarget;
  choose(block, event.shiftKey);
  list.focus({ preventScroll: true });
}

function drag(event, block) {
  if (grabbed && event.buttons && block !== null && block !== here) choose(block, true);
}

function release() {
  grabbed = null;
}

const row_at = (event) => {
  const found = event.target.closest("li[data-block]");
  return found ? Number(found.dataset.block) : null;
};
list.addEventListener("pointerdown", (event) => grab(event, row_at(event)));
list.addEventListener("pointerover", (event) => drag(event, row_at(event)));
list.addEventListener("dblclick", (event) => row_at(event) !== null && accept());
addEventListener("pointerup", release);
// The chosen block shows more of its text to whoever uses keys; under a mouse rows keep their place.
list.addEventListener("pointermove", () => list.classList.add("pointed"));

// -- labelling ---------------------------------------------------------------------------------

function chosen() {
  const [low, high] = range();
  return rows.length ? Array.from({ length: high - low + 1 }, (_, i) => low + i) : [];
}

// Give labels: a map of block to label or null. Returns the map that takes them back.
function give(labels) {
  const back = {};
  for (const [block, label] of Object.entries(labels)) {
    back[block] = page.labels[block];
    page.labels[block] = label;
    paint(Number(block));
  }
  save({ labels });
  return back;
}

function label(of) {
  const [, high] = range();
  const labels = Object.fromEntries(chosen().map((block) => [block, of(block)]));
  if (!Object.keys(labels).length) return;
  done.push(give(labels));
  undone = [];
  count();
  const names = [...new Set(Object.values(labels))].join(", ");
  const next = page.labels.indexOf(null, high + 1);
  const any = next < 0 ? page.labels.indexOf(null) : next;
  const left = page.labels.filter((each) => !each).length;
  if (any < 0) {
    say(`${names}. All blocks of this page are labelled; press n for the next page.`);
    choose(Math.min(high + 1, rows.length - 1));
  } else {
    choose(any);
    say(`${names}. ${left} left. Block ${any + 1}: ${page.blocks[any].text.slice(0, 80)}`);
  }
}

function accept() {
  label((block) => page.labels[block] ?? page.blocks[block].guess);
}

function rest() {
  const open = page.labels.flatMap((given, block) => (given ? [] : [[block, page.blocks[block].guess]]));
  if (!open.length) return;
  done.push(give(Object.fromEntries(open)));
  undone = [];
  count();
  say(`${open.length} guesses accepted; press u to undo.`);
}

function clear() {
  done.push(give(Object.fromEntries(chosen().map((block) => [block, null]))));
  undone = [];
  count();
}

function step(from, to) {
  const labels = from.pop();
  if (!labels) return;
  to.push(give(labels));
  choose(Math.min(...Object.keys(labels).map(Number)));
  count();
}

// -- pages -------------------------------------------------------------------------------------

async function next() {
  while (sending) await new Promise((go) => setTimeout(go, 30));
  const { number } = await (await ask(`api/next?after=${page ? page.number : ""}`)).json();
  if (number === null) {
    say("All pages are labelled.");
    saved("All pages are labelled.");
    return;
  }
  if (page && page.number !== number) trail.push(page.number);
  await show(number);
}

async function back() {
  if (trail.length) await show(trail.pop());
}

async function pages() {
  project = await (await ask("api/project")).json();
  const order = project.pages.map((each, number) => ({ ...each, number }));
  order.sort((a, b) => (b.doubt ?? 2) - (a.doubt ?? 2) || a.number - b.number);
  $("all").replaceChildren(...order.map((each) => {
    const item = make("li"), button = make("button");
    const sure = each.doubt === null ? "not looked at yet" : `${Math.round(each.doubt * 100)}% doubt`;
    button.append(make("span", each.name), make("small", `${each.done} of ${each.blocks ?? "?"} · ${sure}`));
    button.addEventListener("click", () => {
      trail.push(page.number);
      $("list").close();
      show(each.number);
    });
    item.append(button);
    return item;
  }));
  $("list").showModal();
}

// -- keys and buttons --------------------------------------------------------------------------

const KEYS = {
  Enter: accept,
  " ": accept,
  a: rest,
  0: clear,
  Backspace: clear,
  ArrowDown: (event) => choose(here + 1, event.shiftKey),
  ArrowUp: (event) => choose(here - 1, event.shiftKey),
  j: (event) => choose(here + 1, event.shiftKey),
  k: (event) => choose(here - 1, event.shiftKey),
  J: () => choose(here + 1, true),
  K: () => choose(here - 1, true),
  Home: (event) => choose(0, event.shiftKey),
  End: (event) => choose(rows.length - 1, event.shiftKey),
  s: () => choose(unsure()),
  u: () => step(done, undone),
  U: () => step(undone, done),
  n: next,
  p: back,
  "?": () => $("help").showModal(),
};

function unsure() {
  let found = here, least = 2;
  page.blocks.forEach(({ chance }, block) => {
    if (!page.labels[block] && chance < least) [found, least] = [block, chance];
  });
  return found;
}

function key(event) {
  if (!page || document.querySelector("dialog[open]") || event.target.closest?.("select")) return;
  // A button in focus keeps the keys that press it.
  if (event.target.closest?.("button") && (event.key === "Enter" || event.key === " ")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    if (event.shiftKey) step(undone, done);
    else step(done, undone);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const given = project.labels[Number(event.key) - 1];
  const act = given ? () => label(() => given.label) : KEYS[event.key];
  if (!act) return;
  list.classList.remove("pointed");
  event.preventDefault();
  act(event);
}

addEventListener("keydown", key);
$("accept").addEventListener("click", accept);
$("rest").addEventListener("click", rest);
$("undo").addEventListener("click", () => step(done, undone));
$("next").addEventListener("click", next);
$("before").addEventListener("click", back);
$("pages").addEventListener("click", pages);
$("keys").addEventListener("click", () => $("help").showModal());
$("type").addEventListener("change", () => {
  page.page_type = $("type").value;
  save({ labels: {}, page_type: page.page_type });
  list.focus({ preventScroll: true });
});

project = await (await ask("api/project")).json();
$("type").append(...project.page_types.map((type) => make("option", type)));
$("palette").append(...project.labels.map(({ label: name, meaning }, place) => {
  const button = make("button", `${name} `, name);
  button.title = `${name}: ${meaning} (${place + 1})`;
  button.append(make("kbd", String(place + 1)));
  button.addEventListener("click", () => {
    label(() => name);
    list.focus({ preventScroll: true });
  });
  return button;
}));
const asked = Number(params.get("page") ?? NaN);
if (asked in project.pages) await show(asked);
else await next();
