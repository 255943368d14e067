"Plotly figures as boxes on a page: drawn in the reader's colours, described in words."
import html
import json
import re


def words(text) -> str:
    "Text without the little HTML that plotly knows"
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(
        r" *<br> *(<sub>)?", ", ", html.unescape(text or ""))).split())


def axes(layout: dict, letter: str) -> list[str]:
    "The titles of all horizontal (x) or vertical (y) axes, each once"
    found = [words((layout[k].get("title") or {}).get("text"))
             for k in sorted(layout) if re.fullmatch(letter + r"axis\d*", k)]
    return list(dict.fromkeys(filter(None, found)))


def spoken(title: str, figure: dict) -> str:
    "What the figure shows, for those who cannot see it: its finding, its axes, what is drawn"
    names = list(dict.fromkeys(words(t.get("name")) for t in figure["data"]
                               if t.get("name") and t.get("showlegend") is not False))
    panels = [words(a.get("text")) for a in figure["layout"].get("annotations", [])
              if a.get("text") and a.get("yref") == "paper"]
    parts = [title, *(f"{label}: {', '.join(axes(figure['layout'], letter))}"
                      for label, letter in (("Horizontal", "x"), ("Vertical", "y"))
                      if axes(figure["layout"], letter)),
             f"Panels: {', '.join(panels)}" if panels else "",
             f"Shown: {', '.join(names)}" if names else ""]
    return ". ".join(p.rstrip(".") for p in parts if p) + "."


def columns(layout: dict) -> int:
    "How many panels stand side by side"
    starts = {round(layout[k].get("domain", [0])[0], 3)
              for k in layout if re.fullmatch(r"xaxis\d*", k)}
    return max(1, len(starts))


def figure_html(figure: dict, ident: str) -> str:
    "A figure as a caption, a box and its data; `figures.js` draws it"
    layout = figure["layout"]
    layout.pop("template", None)
    title = words((layout.pop("title", None) or {}).get("text"))
    data = json.dumps(figure, separators=(",", ":")).replace("</", "<\\/")
    wide = f";min-width:{max(170*columns(layout), 340)}px" if columns(layout) > 1 else ""
    return (f'<figure class="plot"><figcaption>{html.escape(title)}</figcaption>'
            f'<div class="scroll"><div class="box" id="{ident}" role="img" '
            f'aria-label="{html.escape(spoken(title, figure))}" '
            f'style="height:{layout.get("height", 450)}px{wide}"></div></div>'
            f'<script type="application/json">{data}</script></figure>')
