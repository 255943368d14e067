// Draw every plotly figure of the page in the colours of the reader's theme, and again when the theme changes; make equations fit.
(function () {
  const AXIS = /^[xyz]axis\d*$/;
  const PLAIN = { "--color-foreground-primary": ["#222", "#ddd"], "--color-background-border": ["#ddd", "#444"], "--color-background-secondary": ["#fff", "#222"] };
  const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim() || PLAIN[name][dark() ? 1 : 0];

  function dark() {
    if (document.body.classList.contains("quarto-dark")) return true;
    if (document.body.classList.contains("quarto-light")) return false;
    const theme = document.body.dataset.theme;
    return theme === "dark" || (theme !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  }

  // On a white page what is too pale is darkened a little. On a dark page light and dark change places, hue by hue, so that shades keep their order.
  const NAMED = { black: "#000", white: "#fff", gray: "#808080", grey: "#808080" };
  function visible(value) {
    value = NAMED[value] || value;
    const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value), rgb = /^rgba?\(([^)]+)\)$/.exec(value);
    if (!hex && !rgb) return value;
    const c = rgb ? rgb[1].split(",").map(Number)
      : (hex[1].length === 3 ? [...hex[1]].map((h) => h + h) : hex[1].match(/../g)).map((h) => parseInt(h, 16));
    const alpha = c.length > 3 ? c[3] : 1;
    if (dark()) return lightened(c, alpha);
    const light = (0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]) / 255;
    return `rgba(${c.slice(0, 3).map((v) => Math.round(light > 0.76 ? 0.7 * v : v)).join(",")},${alpha})`;
  }

  function lightened([red, green, blue], alpha) {
    const part = [red, green, blue].map((v) => v / 255), top = Math.max(...part), low = Math.min(...part), light = (top + low) / 2, span = top - low;
    const [r, g, b] = part;
    const hue = !span ? 0 : 60 * (top === r ? ((g - b) / span + 6) % 6 : top === g ? (b - r) / span + 2 : (r - g) / span + 4);
    const full = Math.min(!span ? 0 : span / (1 - Math.abs(2 * light - 1)), 0.9);
    let goal = Math.min(1.05 - 0.8 * light, 1);
    while (luminance(hue, full, goal) < 0.2) goal += 0.03;        // a blue needs more light than a green
    return `hsla(${hue.toFixed(0)},${(100 * full).toFixed(0)}%,${(100 * goal).toFixed(0)}%,${alpha})`;
  }

  function luminance(hue, full, light) {
    const channel = (n) => {
      const k = (n + hue / 30) % 12, v = light - full * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
      return v > 0.04 ? ((v + 0.055) / 1.055) ** 2.4 : v / 12.92;
    };
    return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
  }

  function recolour(part, key) {
    if (Array.isArray(part)) return part.map((p) => recolour(p, key));
    if (part && typeof part === "object" && !ArrayBuffer.isView(part))
      return Object.fromEntries(Object.entries(part).map(([k, v]) => [k, recolour(v, k)]));
    return typeof part === "string" && /color$/i.test(key) ? visible(part) : part;
  }

  // Words in lines of at most `room` letters: a title must not run out of the picture.
  function inLines(text, room) {
    return text.split("<br>").map((part) => {
      const lines = [""];
      for (const word of part.split(" ")) {
        if (lines.at(-1) && (lines.at(-1) + " " + word).replace(/<[^>]*>/g, "").length > (/<su[bp]>/.test(part) ? 1.4 : 1) * room) lines.push("");
        lines.push([lines.pop(), word].filter(Boolean).join(" "));
      }
      return lines.join("<br>");
    }).join("<br>");
  }

  function layoutFor(box, figure) {
    const wide = box.clientWidth;
    const phone = window.innerWidth < 600, ink = colour("--color-foreground-primary"), grid = colour("--color-background-border");
    const layout = recolour(structuredClone(figure.layout), "");
    Object.assign(layout, { autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" });
    layout.font = Object.assign({ size: phone ? 11 : 12, family: getComputedStyle(document.body).fontFamily }, layout.font, { color: ink });
    layout.margin = Object.assign({ l: 60, r: 20, b: 50 }, layout.margin, { t: (layout.annotations || []).length ? 40 : 20 }, phone ? { l: 45, r: (figure.layout.margin || {}).r > 60 ? 85 : 8 } : {});      // a wide right margin holds the names of lines
    for (const shape of layout.shapes || [])                      // plotly's own choice for a line is dark on dark
      shape.line = Object.assign({ color: ink }, shape.line);
    layout.hoverlabel = { bgcolor: colour("--color-background-secondary"), font: { color: ink } };
    for (const axis of Object.keys(layout).filter((k) => AXIS.test(k)))
      layout[axis] = Object.assign({ gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true }, layout[axis]);
    for (const axis of Object.keys(layout).filter((k) => AXIS.test(k) && layout[k].type === "log" && !layout[k].dtick && !layout[k].tickvals))
      layout[axis].dtick = "D2";                                  // 1, 2 and 5 of each power of ten; all nine would run into each other
    for (const axis of Object.keys(layout).filter((k) => /^xaxis/.test(k))) {
      const part = (layout[axis].domain || [0, 1]), title = layout[axis].title, letters = (part[1] - part[0]) * (wide - 100) / 6.5;
      if (title && title.text) layout[axis].title = Object.assign({}, title, { text: inLines(title.text, letters) });
    }
    if (phone) {                                                  // titles of panels side by side
      const starts = new Set(Object.keys(layout).filter((k) => /^xaxis/.test(k)).map((k) => (layout[k].domain || [0])[0].toFixed(3)));
      const titles = (layout.annotations || []).filter((a) => a.yref === "paper" && a.y > 0.3 && !a.showarrow && starts.size > 1);
      for (const a of titles)
        Object.assign(a, { text: inLines(a.text, (wide - 60) / starts.size / 8), font: Object.assign({}, a.font, { size: 12 }) });
      layout.margin.t += 15 * (Math.max(1, ...titles.map((a) => a.text.split("<br>").length)) - 1);
    }
    if (!Object.keys(layout).some((k) => /^yaxis/.test(k))) layout.yaxis = { gridcolor: grid, zerolinecolor: grid, automargin: true };
    if (layout.legend && layout.legend.bgcolor) delete layout.legend.bgcolor;
    if (phone && layout.showlegend !== false)                     // beside the figure a legend would leave no room for it
      layout.legend = Object.assign({}, layout.legend, { orientation: "h", x: 0, y: -0.22, yanchor: "top", font: { size: 10 } });
    return layout;
  }

  function draw(box) {
    const figure = JSON.parse(box.closest("figure").querySelector("script").textContent);
    const layout = layoutFor(box, figure), data = recolour(figure.data, "");
    for (const bars of data.flatMap((t) => [t.error_x, t.error_y]))  // plotly's own choice is dark on dark
      if (bars && !bars.color) bars.color = colour("--color-foreground-primary");
    if (window.innerWidth < 600) {                                // room for a legend of several lines under the figure
      const names = new Set(data.filter((t) => t.name && t.showlegend !== false).map((t) => t.name));
      if (names.size > 1) { const extra = 16 * Math.ceil(names.size / 2); layout.height = (layout.height || 450) + extra; layout.margin.b += extra; }
    }
    box.style.height = `${layout.height || 450}px`;
    const drawn = Plotly.react(box, data, layout, { responsive: true, displaylogo: false, displayModeBar: window.innerWidth >= 600 ? "hover" : false });
    return drawn.then(() => fitTitles(box, figure.layout));
  }

  // Long labels at the left leave less room than was thought: the titles of the horizontal axes once more, by the room there is.
  function fitTitles(box, original) {
    const change = {};
    for (const axis of Object.keys(original).filter((k) => /^xaxis/.test(k))) {
      const text = original[axis].title && original[axis].title.text, room = box._fullLayout[axis] ? box._fullLayout[axis]._length : 0;
      if (text && room) change[`${axis}.title.text`] = inLines(text, Math.max(12, room / 6.5));
    }
    if (Object.entries(change).some(([k, v]) => v !== box.layout[k.split(".")[0]].title.text)) return Plotly.relayout(box, change);
  }

  // On a phone an equation of several parts, which `\qquad` sets apart, has a line for each; MathJax reads it after this.
  function breakMaths() {
    if (window.innerWidth >= 600) return;
    for (const m of document.querySelectorAll("div.math")) {
      const found = /\\begin\{equation\*\}([\s\S]*)\\end\{equation\*\}/.exec(m.textContent);
      if (!found || !/\\qquad/.test(found[1]) || /\{aligned\}/.test(found[1])) continue;
      const tag = (/\\tag\{[^}]*\}/.exec(found[1]) || [""])[0];
      const lines = found[1].replace(tag, "").replace(/\s*\\qquad(?![a-zA-Z])\s*/g, " \\\\[.3em] ").trim();
      m.textContent = `\\begin{equation*}\n\\begin{gathered} ${lines} \\end{gathered} ${tag}\n\\end{equation*}`;
    }
  }

  // A bracket before a formula, and what closes or separates behind it, stay on its line.
  function keepTogether() {
    for (const m of document.querySelectorAll("span.math")) {
      const before = m.previousSibling, after = m.nextSibling;
      const head = before && before.nodeType === 3 ? /[(\[“]$/.exec(before.data) : null;
      const tail = after && after.nodeType === 3 ? /^(?:[)\]”]*[.,;:]?|’s)(?=\s|$)/.exec(after.data) : null;
      if (!head && !(tail && tail[0])) continue;
      const whole = Object.assign(document.createElement("span"), { className: "together" });
      m.replaceWith(whole);
      whole.append(head ? head[0] : "", m, tail ? tail[0] : "");
      if (head) before.data = before.data.slice(0, -1);
      if (tail) after.data = after.data.slice(tail[0].length);
    }
  }

  // What is still wider than its column is set a little smaller; the rest scrolls in its box.
  function fitMaths() {
    for (const box of document.querySelectorAll(".math-wrapper")) {
      box.style.fontSize = "";
      for (let size = 96; size >= (window.innerWidth < 600 ? 64 : 76) && box.scrollWidth > box.clientWidth + 1; size -= 4) box.style.fontSize = `${size}%`;
    }
  }

  // A table that is wider than its column is set tighter; what does not fit even so scrolls in its box.
  function fitTables() {
    for (const box of document.querySelectorAll(".scroll:has(table)")) {
      box.classList.remove("tight", "tighter");
      for (const step of ["tight", "tighter"]) if (box.scrollWidth > box.clientWidth + 1) box.classList.add(step);
    }
  }

  // What scrolls says so by a shadow.
  function markMore() {
    for (const box of document.querySelectorAll("article .scroll, article .table-wrapper, article .math-wrapper, article pre:has(span.row)"))
      box.classList.toggle("more", box.scrollWidth > box.clientWidth + 1);
  }

  // Inline mathematics that is wider than its paragraph scrolls in a box of its own; all other keeps its baseline.
  function boxMaths() {
    fitMaths();
    fitTables();
    markMore();
    for (const m of document.querySelectorAll('mjx-container:not([display="true"])')) {
      const room = m.closest("p, li, td, dd, summary");
      m.classList.toggle("wide", Boolean(room) && !m.closest("table") && m.firstElementChild.getBoundingClientRect().width > room.clientWidth);
    }
  }

  document.addEventListener("readystatechange", () => { if (document.readyState === "interactive") { breakMaths(); keepTogether(); } });

  const boxes = () => [...document.querySelectorAll("figure.plot .box")];
  const all = () => { boxes().forEach(draw); boxMaths(); };
  window.addEventListener("load", () => {
    all();
    if (window.MathJax && MathJax.startup && MathJax.startup.promise) MathJax.startup.promise.then(boxMaths);
    new MutationObserver(all).observe(document.body, { attributes: true, attributeFilter: ["data-theme", "class"] });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
    let phone = window.innerWidth < 600;
    window.addEventListener("resize", () => { if (phone !== window.innerWidth < 600) { phone = !phone; all(); } else boxMaths(); });
  });
})();
