"The same pages as plain Markdown, and llms.txt, which lists them: for programs that read."
import html
import re

FIGCAPTION = re.compile(r"<figcaption>(.*?)</figcaption>.*?aria-label=\"([^\"]*)\"", re.S)


def without_html(text: str) -> str:
    "Markdown of a page without the HTML that only a browser needs"
    text = re.sub(r"\\begin\{equation\*\}\n(.*?)\n\\end\{equation\*\}", r"$$\n\1\n$$", text,
                  flags=re.S)
    text = re.sub(r'<a class="source".*?</a>|<span id="[^"]*"></span>|<div class="eq"[^>]*></div>'
                  r'|<p class="facts">.*?</p>', "", text)
    text = re.sub(r'<dt>(.*?)</dt><dd>(.*?)</dd>', r"* \1: \2\n", text, flags=re.S)
    text = re.sub(r'<pre class="signature"><code>(.*?)</code></pre>', r"```\n\1\n```\n\n", text,
                  flags=re.S)
    text = re.sub(r'<div class="entry[^"]*"[^>]*><div class="call">(.*?)</div>'
                  r'(?:<p>|<details><summary>)(.*?)(?:</p>|</summary>)',
                  r"#### \1\n\n\2\n", text, flags=re.S)
    text = re.sub(r"</?code[^>]*>", "`", re.sub(r"</code>\s*<code[^>]*>", "", text))
    text = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', r"[\2](\1)", text, flags=re.S)
    text = re.sub(r"</?(dl|span|div|p|em|details|summary)\b[^>]*>", "", text)
    text = re.sub(r"\]\((\w+)\.(?:ipynb|md)([#)])", r"](\1.html.md\2", text)
    text = re.sub(r"\]\((\w+)\.html#", r"](\1.html.md#", text)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(text)).strip()


def outputs(cell: dict) -> str:
    "What a cell showed, in words"
    parts = []
    for out in cell["outputs"]:
        data = out.get("data", {})
        figure = FIGCAPTION.search("".join(data.get("text/html", "")))
        if figure:
            parts.append(f"*Figure. {html.unescape(figure[2])}*")
        elif "text/markdown" in data:
            parts.append("".join(data["text/markdown"]))
        else:
            text = "".join(out.get("text") or data.get("text/plain", "")).strip("\n")
            parts.append(f"```text\n{text}\n```" if text else "")
    return "\n\n".join(filter(None, parts))


def notebook_markdown(notebook: dict) -> str:
    "A MyST notebook as one Markdown text"
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(without_html(cell["source"]))
        else:
            hidden = "remove-input" in cell["metadata"].get("tags", [])
            parts += [] if hidden else [f"```python\n{cell['source']}\n```"]
            parts.append(outputs(cell))
    return "\n\n".join(filter(None, parts)) + "\n"


def llms(name: str, description: str, groups: dict, host: str) -> str:
    "llms.txt: what this is, and where each page can be read as Markdown"
    lines = [f"# {name}", "", f"> {description}", ""]
    for caption, pages in groups.items():
        lines += [f"## {caption}", "",
                  *(f"- [{title}]({host}{page}.html.md): {about}"
                    for page, title, about in pages), ""]
    return "\n".join(lines)
