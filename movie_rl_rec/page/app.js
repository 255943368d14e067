// One page over the service's API. Everything that is shown comes from there; text is set as text, never as markup.
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const stars = x => x === null ? "–" : x.toFixed(1);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SHOWN = 10;

// An element, its attributes and what is in it.
function make(name, attributes = {}, ...inside) {
  const e = "svg rect circle line path text g title".split(" ").includes(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value); else if (value !== null && value !== false) e.setAttribute(key, value === true ? "" : value);
  e.append(...inside.filter(x => x !== null));
  return e;
}

// What the browser remembers: who you are here, and which lists you look at.
const kept = {
  get: key => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window forgets */ } },
};
const draw = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
const state = { viewer: kept.get("viewer") || draw(), about: null, a: null, b: null, two: kept.get("two") === "yes", lists: {}, beliefs: {}, done: [] };
kept.set("viewer", state.viewer);

// --- asking the service, one thing after the other

async function ask(path, options = {}) {
  let answer;
  try { answer = await fetch(path, { ...options, headers: options.body ? { "Content-Type": "application/json" } : {} }); }
  catch { throw new Error("The service does not answer. What you have rated so far is stored; try again when it is back."); }
  const content = await answer.json().catch(() => ({ error: `The service answered ${answer.status} without saying why.` }));
  if (!answer.ok) throw new Error(content.error);
  return content;
}
const mine = (rest = "") => `/viewers/${state.viewer}${rest}`;
let chain = Promise.resolve();
function then(work) {
  chain = chain.then(work).then(() => { $("trouble").hidden = true; }, error => { $("trouble").textContent = error.message; $("trouble").hidden = false; });
  return chain;
}

async function refresh() {
  const names = state.two ? [state.a, state.b] : [state.a];
  const answers = await Promise.all(names.flatMap(p => [ask(mine(`/recommendations?k=${SHOWN}&policy=${encodeURIComponent(p)}`)), ask(mine(`?policy=${encodeURIComponent(p)}`))]));
  state.lists = { a: answers[0].movies, b: state.two ? answers[2].movies : [] };
  state.beliefs = { a: answers[1], b: state.two ? answers[3] : null };
  render();
}

// --- rating

const given = movie => state.beliefs.a.ratings.find(r => r.movie === movie)?.rating ?? null;
const put = (movie, rating) => rating === null
  ? ask(mine(`/ratings/${encodeURIComponent(movie)}`), { method: "DELETE" })
  : ask(mine("/ratings"), { method: "POST", body: JSON.stringify({ movie, rating }) });

function rate(movie, rating, title, place = null) {
  then(async () => {
    const was = given(movie), before = state.lists.a.map(m => m.movie);
    if (was === rating) return;
    await put(movie, rating);
    state.done.push({ movie, was, title });
    await refresh();
    const after = state.lists.a.map(m => m.movie), moved = after.filter((m, i) => before[i] !== m).length;
    say(`${title}: ${rating === null ? "taken back" : `${rating} ${rating === 1 ? "star" : "stars"}`}. ` +
        (moved ? `${moved} of ${after.length} places changed.` : "The list stays as it was."));
    place?.();
  });
}

function undo() {
  then(async () => {
    const last = state.done.pop() ?? (r => r && { movie: r.movie, was: null, title: r.title })(state.beliefs.a.ratings.at(-1));
    if (!last) return;
    await put(last.movie, last.was);
    await refresh();
    say(`Undone: ${last.title} ${last.was === null ? "is not rated" : `has ${last.was} stars again`}.`);
  });
}

function say(text) {
  const first = state.lists.a[0];
  $("last").textContent = text;
  $("said").textContent = `${text} First on the list: ${first.title}, expected ${stars(first.rating)} stars${first.margin === null ? "" : `, give or take ${stars(first.margin)}`}.`;
}

// --- a movie in a list

const share = x => `${Math.max(0, Math.min(1, (x - state.about.scale[0])/(state.about.scale[1] - state.about.scale[0])))*100}%`;
const width = (low, high) => `${Math.max(.5, parseFloat(share(high)) - parseFloat(share(low)))}%`;
const marks = () => { const [low, high] = state.about.scale; return [...Array(Math.floor(high) - Math.ceil(low) + 1).keys()].map(i => i + Math.ceil(low)).slice(0, 11); };

function buttons(movie, title, now, place) {
  const row = make("div", { class: "stars", role: "group", "aria-label": `Rate ${title}` });
  for (const r of marks()) row.append(make("button", {
    type: "button", class: now !== null && r <= now ? "on" : "", "aria-label": `${r} ${r === 1 ? "star" : "stars"}`, "aria-pressed": now !== null ? String(r === now) : null,
    onclick: () => rate(movie, r, title, place) }, String(r)));
  return row;
}

function plot() {
  const svg = make("svg", { role: "img" });
  for (const m of marks()) svg.append(make("line", { class: "grid", x1: share(m), x2: share(m), y1: 0, y2: 22 }));
  svg.append(make("rect", { class: "was", y: 3, height: 16, rx: 8 }), make("rect", { class: "reach", y: 10.25, height: 1.5 }), make("rect", { class: "band", y: 8, height: 6, rx: 3 }),
    make("circle", { class: "dot", cy: 11, r: 5 }));
  return svg;
}

// Geometry as attribute, for every browser, and as style, for those that can move it gently.
function shape(e, values) { for (const [key, value] of Object.entries(values)) { e.setAttribute(key, value); e.style.setProperty(key, value); } }

function row(m) {
  const e = make("li", { class: "movie", tabindex: "-1" });
  e.append(make("span", { class: "rank" }), make("div", { class: "text" }, make("div", { class: "title" }, m.title),
    make("div", { class: "meta" }, [m.year, m.genres.join(", ")].filter(x => x).join(" · ")), make("div", { class: "why" })),
    make("div", { class: "plot" }, plot(), make("output", { "aria-hidden": "true" })));
  e.movie = m;
  return e;
}

function fill(e, m, i, before, list) {
  const old = before.get(m.movie), [was, reach, band, dot] = e.querySelectorAll(".was, .reach, .band, .dot");
  e.movie = m;
  e.querySelector(".rank").replaceChildren(String(i + 1), old === undefined || old === i ? "" : make("span", { class: `moved ${old > i ? "up" : ""}` }, old > i ? `↑ ${old - i}` : `↓ ${i - old}`),
    old === undefined && before.size ? make("span", { class: "moved up" }, "new") : "");
  e.querySelector(".why").textContent = m.reason ? m.reason[0].toUpperCase() + m.reason.slice(1) : "";
  e.querySelector("output").textContent = stars(m.rating);
  const known = m.rating !== null, sure = m.margin !== null, around = (x, by) => ({ x: share(x - by), width: width(x - by, x + by) });
  dot.style.display = known ? "" : "none";
  for (const part of [was, reach, band]) part.style.display = sure ? "" : "none";
  if (known) shape(dot, { cx: share(m.rating) });
  if (sure) {
    shape(was, around(m.before.rating, m.before.margin));
    shape(band, around(m.rating, m.margin));
    shape(reach, { x: share(m.low), width: width(m.low, m.high) });
  }
  const expected = !known ? "no prediction" : `expected ${stars(m.rating)} stars` + (sure ? `, give or take ${stars(m.margin)}` : "");
  e.querySelector("svg").setAttribute("aria-label", expected + (sure ? `; your own rating between ${stars(m.low)} and ${stars(m.high)}; before your first rating, expected ${stars(m.before.rating)}, give or take ${stars(m.before.margin)}` : ""));
  e.setAttribute("aria-label", `${i + 1}. ${m.title}, ${m.year ?? ""}, ${expected}`);
  e.querySelector(".stars")?.remove();
  e.append(buttons(m.movie, m.title, null, () => focusRow(list, i)));
}

// Fill a list, keep the rows that stay, and let them glide to their new places.
function fillList(list, movies) {
  const rows = new Map([...list.children].map(e => [e.movie.movie, e])), before = new Map([...rows.keys()].map((m, i) => [m, i]));
  const tops = new Map([...rows].map(([m, e]) => [m, e.getBoundingClientRect().top]));
  const at = [...list.children].findIndex(e => e.classList.contains("here")), held = document.activeElement.closest(".movie"), mine = held?.parentElement === list;
  list.replaceChildren(...movies.map(m => rows.get(m.movie) ?? row(m)));
  movies.forEach((m, i) => fill(list.children[i], m, i, before, list));
  const stays = mine ? movies.findIndex(m => m.movie === held.movie.movie) : -1;                    // the focus stays with its movie, or at its place
  roving(list, stays >= 0 ? stays : Math.max(0, Math.min(at, movies.length - 1)), mine);
  if (calm.matches) return;
  for (const e of list.children) {
    const old = tops.get(e.movie.movie), by = old === undefined ? 0 : old - e.getBoundingClientRect().top;
    if (by) e.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 320, easing: "ease-out" });
    else if (old === undefined && before.size) e.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 320 });
  }
}

// One row of a list can be reached by Tab, the arrows move on; the buttons of that row follow.
function roving(list, at, focus = false) {
  [...list.children].forEach((e, i) => {
    e.tabIndex = i === at ? 0 : -1;
    e.classList.toggle("here", i === at);
    for (const b of e.querySelectorAll(".stars button")) b.tabIndex = i === at ? 0 : -1;
  });
  if (focus) list.children[at]?.focus();
  links();
}
const focusRow = (list, i) => roving(list, Math.min(i, list.children.length - 1), true);

function keys(event) {
  const e = event.target.closest(".movie"), list = e?.parentElement;
  if (!e || event.ctrlKey || event.metaKey || event.altKey) return;
  const i = [...list.children].indexOf(e), to = n => { event.preventDefault(); focusRow(list, Math.max(0, Math.min(n, list.children.length - 1))); };
  const digit = /^[0-9]$/.test(event.key) ? (event.key === "0" ? 10 : Number(event.key)) : null;
  if (event.key === "ArrowDown") to(i + 1);
  else if (event.key === "ArrowUp") { if (list.id === "found" && i === 0) { event.preventDefault(); $("q").focus(); } else to(i - 1); }
  else if (event.key === "Home") to(0);
  else if (event.key === "End") to(list.children.length - 1);
  else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && state.two && list.id !== "found") { event.preventDefault(); focusRow($(event.key === "ArrowRight" ? "list-b" : "list-a"), i); }
  else if (digit !== null && marks().includes(digit)) { event.preventDefault(); e.querySelectorAll(".stars button")[marks().indexOf(digit)].click(); }
  else if (event.key.toLowerCase() === "u") { event.preventDefault(); undo(); }
  else if (event.key === "/") { event.preventDefault(); $("q").focus(); }
}

// --- two lists: a line from each movie to itself

function links() {
  const svg = $("links");
  svg.replaceChildren();
  if (!state.two || !$("list-b").children.length) return;
  const box = svg.getBoundingClientRect(), places = id => new Map([...$(id).children].map(e => [e.movie.movie, e]));
  const a = places("list-a"), b = places("list-b"), y = e => e.querySelector(".rank").offsetTop + 12;
  for (const [movie, e] of a) {
    e.classList.toggle("alone", !b.has(movie));
    if (!b.has(movie)) continue;
    const f = b.get(movie), w = box.width, [from, to] = [y(e), y(f)], lit = document.activeElement?.closest?.(".movie");
    svg.append(make("path", { d: `M3 ${from}C${w/2} ${from} ${w/2} ${to} ${w - 3} ${to}`, class: lit === e || lit === f ? "lit" : Math.abs(from - to) < 6 ? "same" : "" }));
  }
  for (const [movie, e] of b) e.classList.toggle("alone", !a.has(movie));
}

// --- charts

const beliefs = () => [["", state.beliefs.a, state.a], ["in-b", state.beliefs.b, state.b]].filter(([, belief]) => belief);
const plusminus = x => `±${x.toFixed(2)}`;

function sure() {
  const W = 320, H = 150, L = 38, R = 46, T = 8, B = 30, all = beliefs().filter(([, b]) => b.uncertainty.length), n = state.beliefs.a.ratings.length;
  if (!all.length) return $("sure").replaceChildren(make("p", { class: "finding soft" }, `${state.a} shows everybody the same list: it believes nothing about you, and so it cannot be unsure.`));
  const most = Math.max(...all.flatMap(([, b]) => b.uncertainty)), least = Math.min(...all.flatMap(([, b]) => b.uncertainty));
  const top = Math.ceil(most*4 + .2)/4, low = Math.max(0, Math.floor(least*4 - .4)/4), last = Math.max(5, n);
  const x = i => L + (W - L - R)*i/last, y = u => T + (H - T - B)*(top - u)/(top - low);
  const told = all.map(([, b, name]) => `${all.length > 1 ? `${name}: ` : ""}${plusminus(b.uncertainty[0])} stars at the start, ${plusminus(b.uncertainty.at(-1))} after ${n} ${n === 1 ? "rating" : "ratings"}`).join("; ");
  const svg = make("svg", { class: "chart", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `Margin of an expected rating. ${told}.` });
  for (let u = low; u <= top + .01; u += .25) svg.append(make("line", { class: "rule", x1: L, x2: W - R, y1: y(u), y2: y(u) }), make("text", { x: L - 6, y: y(u) + 4, "text-anchor": "end" }, u ? `±${u.toFixed(2)}` : "0"));
  for (const i of new Set([0, n || last, last])) svg.append(make("text", { x: x(i), y: H - 13, "text-anchor": "middle" }, String(i)));
  svg.append(make("text", { x: (L + W - R)/2, y: H, "text-anchor": "middle" }, "ratings"));
  const ends = all.map(([, b]) => y(b.uncertainty.at(-1)));
  if (ends.length > 1 && Math.abs(ends[0] - ends[1]) < 15) { const mid = (ends[0] + ends[1])/2, up = ends[0] <= ends[1] ? 0 : 1; ends[up] = mid - 7.5; ends[1 - up] = mid + 7.5; }
  all.forEach(([look, b], which) => {
    const g = make("g", { class: look }), points = b.uncertainty.map((u, i) => `${x(i)} ${y(u)}`);
    g.append(make("path", { class: "line", d: `M${points.join("L")}` }));
    b.uncertainty.forEach((u, i) => { if (n <= 40 || i === n) g.append(make("circle", { class: "point", cx: x(i), cy: y(u), r: i === n ? 4.5 : 2.5 })); });
    g.append(make("text", { class: "strong", x: x(n) + 8, y: ends[which] + 4 }, plusminus(b.uncertainty.at(-1))));
    svg.append(g);
  });
  const [, first, name] = all[0], less = Math.round(100*(1 - first.uncertainty.at(-1)/first.uncertainty[0]));
  const finding = !n ? "The margin of an expected rating is widest before the first rating." : `${all.length > 1 || name !== state.a ? `For ${name}, the` : "The"} margin of an expected rating is ${less}% smaller than at the start.`;
  $("sure").replaceChildren(make("p", { class: "finding" }, finding), svg);
}

function taste() {
  const all = beliefs(), rated = state.beliefs.a.ratings.length, main = (beliefs().find(([, b]) => b.uncertainty.length) ?? beliefs()[0])[1].taste;
  if (!rated || !beliefs().some(([, b]) => b.uncertainty.length)) return $("taste").replaceChildren(make("p", { class: "finding soft" }, "How far your taste in each genre moves away from a newcomer's will show here."));
  const ends = [...main].sort((p, q) => Math.abs(q.shift) - Math.abs(p.shift)).slice(0, 9).sort((p, q) => q.shift - p.shift);
  const of = b => new Map(b.taste.map(t => [t.genre, t.shift])), values = all.map(([look, b]) => [look, of(b)]);
  const most = Math.max(.1, ...values.flatMap(([, v]) => ends.map(t => Math.abs(v.get(t.genre))))), W = 320, L = 106, line = all.length > 1 ? 28 : 24, H = ends.length*line + 22;
  const zero = L + (W - L)*.5, scale = (W - L - 76)/2/most, signed = v => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(1)}`;
  const svg = make("svg", { class: "chart", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `Stars by which a genre moved. ${ends.map(t => `${t.genre} ${signed(t.shift)}`).join(", ")}.` });
  svg.append(make("line", { class: "rule", x1: zero, x2: zero, y1: 0, y2: H - 18 }));
  ends.forEach((t, i) => {
    svg.append(make("text", { class: "strong", x: L - 8, y: i*line + line/2 + 4, "text-anchor": "end" }, t.genre));
    values.forEach(([look, v], which) => {
      const shift = v.get(t.genre), w = Math.abs(shift)*scale, h = all.length > 1 ? 9 : 13, top = i*line + (all.length > 1 ? 4 + which*11 : 5);
      svg.append(make("g", { class: look }, make("rect", { class: shift < 0 ? "minus" : "plus", x: shift < 0 ? zero - w : zero, width: Math.max(w, .75), y: top, height: h, rx: 2 })));
      if (all.length === 1) svg.append(make("text", { x: shift < 0 ? zero - w - 5 : zero + w + 5, y: i*line + line/2 + 4, "text-anchor": shift < 0 ? "end" : "start" }, signed(shift)));
    });
  });
  svg.append(make("text", { x: zero, y: H - 2, "text-anchor": "middle" }, "stars, beside your general level"));
  const best = main[0], worst = main.at(-1), parts = [best.shift > .03 ? `towards ${best.genre}` : null, worst.shift < -.03 ? `away from ${worst.genre}` : null].filter(x => x);
  const text = parts.length ? `You lean ${parts.join(" and ")}.` : "So far you look much like everybody else.";
  $("taste").replaceChildren(make("p", { class: "finding" }, text), svg);
}

// --- the rest of the page

function ratings() {
  const rated = [...state.beliefs.a.ratings].reverse();
  $("rated-none").hidden = rated.length > 0;
  $("rated-title").textContent = rated.length ? `Your ratings (${rated.length})` : "Your ratings";
  $("rated").replaceChildren(...rated.map(r => make("li", {}, make("div", {}, make("span", { class: "title" }, r.title), make("span", { class: "meta" }, r.year ? `  ${r.year}` : "")),
    make("button", { type: "button", class: "quiet", "aria-label": `Take back the rating of ${r.title}`, onclick: () => rate(r.movie, null, r.title, () => ($("rated").querySelector("button") ?? $("q")).focus()) }, "Take back"),
    buttons(r.movie, r.title, r.rating, null))));
}

function lead() {
  const n = state.beliefs.a.ratings.length, u = state.beliefs.a.uncertainty, end = n === 1 ? "rating" : "ratings";
  const strong = text => make("b", {}, text);
  if (!n) $("lead").replaceChildren("Nobody knows your taste yet, so this is what a newcomer is shown. Rate a few movies you have seen, and watch the list follow.");
  else if (state.two) {
    const b = new Set(state.lists.b.map(m => m.movie)), both = state.lists.a.filter(m => b.has(m.movie)).length;
    $("lead").replaceChildren(`After the same ${n} ${end}, the two beliefs agree on `, strong(`${both} of ${state.lists.a.length}`), " movies.");
  } else if (!u.length) $("lead").replaceChildren(`${n} ${end}. This list is the same for everybody; choose another policy to see one that follows you.`);
  else $("lead").replaceChildren(`After ${n} ${end}, an expected rating is good to `, strong(`${plusminus(u.at(-1))} stars`), ` on average; before the first it was ${plusminus(u[0])}.`);
}

function render() {
  $("lists").classList.toggle("two", state.two);
  document.querySelector(".column.b").hidden = !state.two;
  $("versus").hidden = !state.two;
  $("compare").setAttribute("aria-pressed", String(state.two));
  $("policy-a").value = state.a; $("policy-b").value = state.b;
  $("of-a").textContent = state.a; $("of-b").textContent = state.b;
  fillList($("list-a"), state.lists.a);
  if (state.two) fillList($("list-b"), state.lists.b);
  $("undo").hidden = !state.beliefs.a.ratings.length && !state.done.length;
  lead(); sure(); taste(); ratings(); links();
  document.body.dataset.rated = state.beliefs.a.ratings.length;
}

// --- search

let waiting, asked = 0;
function search() {
  clearTimeout(waiting);
  const text = $("q").value.trim(), mineNow = ++asked;
  if (!text) { $("found-box").hidden = true; return; }
  waiting = setTimeout(() => then(async () => {
    const { movies } = await ask(`/movies?k=8&q=${encodeURIComponent(text)}`);
    if (mineNow !== asked) return;
    const list = $("found");
    list.replaceChildren(...movies.map((m, i) => {
      const e = make("li", { class: "movie", tabindex: "-1", "aria-label": `${m.title}, ${m.year ?? ""}` }, make("div", {}, make("span", { class: "title" }, m.title), make("span", { class: "meta" }, `  ${m.year ?? ""}`)),
        buttons(m.movie, m.title, given(m.movie), () => { close(); $("q").value = ""; $("q").focus(); }));
      e.movie = m;
      return e;
    }));
    roving(list, 0);
    $("none").hidden = movies.length > 0;
    $("none").textContent = `No movie here has “${text}” in its title.`;
    $("found-box").hidden = false;
    $("said").textContent = `${movies.length} ${movies.length === 1 ? "movie" : "movies"} found`;
  }), 140);
}
const close = () => { asked++; clearTimeout(waiting); $("found-box").hidden = true; };

// --- start

function choose(which, policy) {
  const other = which === "a" ? "b" : "a";
  if (state[other] === policy) state[other] = state[which];
  state[which] = policy;
  kept.set("a", state.a); kept.set("b", state.b);
  then(refresh);
}

async function start() {
  state.about = await ask("/about");
  const { policies, data, movies, simulated } = state.about, known = p => policies.includes(p) ? p : null;
  state.a = known(kept.get("a")) ?? policies[0];
  state.b = known(kept.get("b")) ?? policies.find(p => p !== state.a);
  if (state.b === state.a) state.b = policies.find(p => p !== state.a);
  if (!state.b) { state.two = false; $("compare").hidden = true; }
  for (const id of ["policy-a", "policy-b"]) $(id).replaceChildren(...policies.map(p => make("option", { value: p }, p)));
  $("top-key").textContent = String(Math.min(9, marks().at(-1)));
  $("about").textContent = `${movies.toLocaleString("en")} movies of the data set ${data}. ${simulated ? "The ratings it learned from are simulated. " : ""}Your ratings are kept by this service, under a random id stored only in this browser.`;
  $("axis").replaceChildren(...marks().map(m => make("text", { x: share(m), y: 15, "text-anchor": "middle" }, `${m}${m === marks().at(-1) ? " stars" : ""}`)));
  await refresh();
}

document.addEventListener("keydown", keys);
document.addEventListener("focusin", event => {
  const e = event.target.closest(".movie");
  if (e && !e.classList.contains("here")) roving(e.parentElement, [...e.parentElement.children].indexOf(e));
  else links();
});
document.addEventListener("click", event => { if (!event.target.closest("#search")) close(); });
for (const id of ["list-a", "list-b"]) $(id).addEventListener("click", event => { if (!event.target.closest("button")) event.target.closest(".movie")?.focus(); });
$("search").addEventListener("submit", event => { event.preventDefault(); search(); });
$("search").addEventListener("keydown", event => { if (event.key === "Escape") { close(); $("q").focus(); } });
$("q").addEventListener("input", search);
$("q").addEventListener("keydown", event => { if (event.key === "ArrowDown" && !$("found-box").hidden) { event.preventDefault(); focusRow($("found"), 0); } });
$("undo").addEventListener("click", undo);
$("compare").addEventListener("click", () => { state.two = !state.two; kept.set("two", state.two ? "yes" : "no"); then(refresh); });
$("policy-a").addEventListener("change", event => choose("a", event.target.value));
$("policy-b").addEventListener("change", event => choose("b", event.target.value));
$("forget").addEventListener("click", () => $("sure-forget").showModal());
$("sure-forget").addEventListener("close", () => {
  if ($("sure-forget").returnValue !== "yes") return;
  $("sure-forget").returnValue = "";
  then(async () => { if (state.beliefs.a.ratings.length) await ask(mine(), { method: "DELETE" }); state.done = []; await refresh(); say("Forgotten. You are a newcomer again."); });
});
new ResizeObserver(links).observe($("lists"));
then(start);
