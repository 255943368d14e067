
const make = (tag, props, ...kids) => { const e = Object.assign(document.createElement(tag), props); e.append(...kids); return e; };
const label = (v) => Number.isInteger(v) ? String(v) : v.toFixed(1);
const MOVED = { "+": ["▲", "moved up"], "-": ["▼", "moved down"], "*": ["new", "new on the list"], "=": ["", "in its place"] };

function answers(view, send) {
  const row = make("div", { className: "mrr-answers" });
  const button = (key, text, name, off, message) => {
    const b = make("button", { type: "button", textContent: text, title: name, disabled: off, onclick: () => send(message) });
    b.setAttribute("aria-label", name); b.dataset.key = key; row.append(b);
  };
  const movie = view.question && view.question.movie;
  for (const v of view.question ? view.choices : []) button("r" + v, label(v), label(v) + " stars", false, { act: "rate", movie, stars: v });
  if (view.question) button("skip", "not seen", "not seen, skip (s)", false, { act: "skip", movie });
  button("undo", "undo", "undo the last answer (u)", !view.undo, { act: "undo" });
  return row;
}

function list(view) {
  const items = view.list.map((m) => {
    const [sign, words] = MOVED[m.moved] || ["", ""];
    const mark = make("span", { className: "mrr-moved", textContent: sign, title: words });
    if (words) { mark.setAttribute("role", "img"); mark.setAttribute("aria-label", words); }
    return make("li", {}, mark, make("span", { textContent: m.title }), make("small", { textContent: " " + m.guess + (m.skipped ? ", skipped" : "") }));
  });
  return make("div", {}, make("p", { className: "mrr-head", textContent: "The list now" }), make("ol", {}, ...items));
}

function taste(view) {
  const full = Math.max(0.5, ...view.taste.map((t) => Math.abs(t.stars)));
  const rows = view.taste.map((t) => {
    const share = 50 * Math.abs(t.stars) / full;
    const bar = make("i", { className: t.stars > 0 ? "mrr-more" : "mrr-less" });
    bar.style.width = share + "%"; bar.style.marginLeft = (t.stars > 0 ? 50 : 50 - share) + "%";
    const said = (t.stars > 0 ? "+" : "−") + Math.abs(t.stars).toFixed(2) + " stars" + (t.sure ? "" : ", not sure yet");
    return make("div", { className: "mrr-genre" }, make("span", { textContent: t.genre }), make("span", { className: "mrr-bar", ariaHidden: "true" }, bar), make("small", { textContent: said }));
  });
  const none = view.blank ? "This policy keeps no picture of a taste: everybody gets the same list." : view.unmoved;
  return make("div", {}, make("p", { className: "mrr-head", textContent: "Your taste, compared with anybody’s" }), ...(rows.length ? rows : [make("p", { textContent: none })]));
}

function render({ model, el }) {
  const box = make("div", { className: "mrr", role: "group" });
  box.setAttribute("aria-label", "Movie recommender: rate a movie, see the list change");
  let waiting = false;
  const send = (message) => { if (!waiting) { waiting = true; box.setAttribute("aria-busy", "true"); model.send(message); } };
  const draw = () => {
    const view = model.get("view"), active = box.getRootNode().activeElement, inside = active && box.contains(active);
    const key = inside && active.dataset.key, q = view.question;
    waiting = false; box.removeAttribute("aria-busy");
    const asked = make("div", { className: "mrr-asked" },
      make("p", { className: "mrr-question", textContent: q ? "Have you seen " + q.title + "?" : "There is nothing left to ask." }),
      make("p", { textContent: q ? "We expect " + q.guess + ": " + q.reason + "." : "" }));
    const note = make("p", { className: "mrr-note", textContent: view.note });
    for (const e of [asked, note]) e.setAttribute("aria-live", "polite");
    const foot = make("small", { className: "mrr-about", textContent: view.count + (view.count === 1 ? " rating" : " ratings") + " so far; " + view.about });
    box.replaceChildren(asked, answers(view, send), note, make("div", { className: "mrr-two" }, list(view), taste(view)), foot);
    if (inside) { const again = box.querySelector(`[data-key="${key}"]:not(:disabled)`) || box.querySelector("button:not(:disabled)"); if (again) again.focus(); }
  };
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = model.get("view"), movie = view.question && view.question.movie, stars = Number(event.key);
    const message = event.key === "u" && view.undo ? { act: "undo" } : !view.question ? null : event.key === "s" ? { act: "skip", movie }
      : /^[0-9]$/.test(event.key) && view.choices.includes(stars) ? { act: "rate", movie, stars } : null;
    if (message) { event.preventDefault(); event.stopPropagation(); send(message); }
  });
  model.on("change:view", draw);
  draw(); el.append(box);
  return () => model.off("change:view", draw);
}
export default { render };
