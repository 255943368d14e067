"Tables of pandas made readable: words to the left, numbers to the right, one row of headings."
import html
import re

NUMBER = re.compile(r"[-+−±]?[\d.,]+(e[-+]?\d+)?\s?%?(\s*[\[(±].*)?"
                    r"|\d+:\d+|nan|inf|-inf|<na>|none|true|false|[-–]?", re.I)
CELL = re.compile(r"<(t[hd])[^>]*>(.*?)</t[hd]>", re.S)


def rows(text: str) -> list[list[tuple]]:
    "The cells of a table: tag and content, row by row"
    return [CELL.findall(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", text, flags=re.S)]


def one_heading(head: list) -> list:
    "Where the columns are named in one row and the index in the next, both in one row"
    if len(head) != 2 or any(a[1].strip() and b[1].strip() for a, b in zip(*head, strict=True)):
        return head
    return [[b if b[1].strip() else a for a, b in zip(*head, strict=True)]]


def without_count(head: list, body: list) -> tuple[list, list]:
    "Without a first column that only counts the rows from 0 on"
    counts = ([row[0] for row in body] == [("th", str(i)) for i in range(len(body))]
              and not any(row[0][1].strip() for row in head))
    return ([row[1:] for row in head], [row[1:] for row in body]) if counts else (head, body)


def kind(column: list) -> str:
    """The class of a column's cells: none for numbers, which align by themselves, else `words`.

    Words that may take several lines are also `long` or `longer`.
    """
    texts = [html.unescape(content).strip() for _, content in column]
    if all(NUMBER.fullmatch(t) for t in texts):
        return ""
    most = max(map(len, texts))
    return f' class="{"longer " if most > 60 else "long " if most > 24 else ""}words"'


def table(match) -> str:
    "One table, laid out anew; a table whose cells span several rows or columns stays as it is"
    found, n_head = rows(match[0]), match[0].partition("</thead>")[0].count("<tr")
    if (re.search("rowspan|colspan", match[0]) or n_head in (0, len(found))
            or len({len(r) for r in found}) > 1):
        return match[0].replace('border="1" ', "")
    head, body = without_count(one_heading(found[:n_head]), found[n_head:])
    kinds = [kind(column) for column in zip(*body, strict=True)]

    def line(row):
        return "<tr>" + "".join(f"<{tag}{k}>{content}</{tag}>"
                                for (tag, content), k in zip(row, kinds, strict=True)) + "</tr>"
    return (f'<table class="dataframe"><thead>{"".join(map(line, head))}</thead>'
            f'<tbody>{"".join(map(line, body))}</tbody></table>')


def tidy(text: str) -> str:
    "The HTML of a cell with its tables laid out anew, without the style sheet pandas puts in each"
    text = re.sub(r"<style scoped>.*?</style>\s*", "", text, flags=re.S)
    return re.sub(r'<table border="1" class="dataframe">.*?</table>', table, text, flags=re.S)
