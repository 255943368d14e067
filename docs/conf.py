"How Sphinx builds the site."
from importlib.metadata import metadata

_about = metadata("movie_rl_rec")
project = "movie_rl_rec"
author = copyright = _about["Author"]
release = version = _about["Version"]

extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"       # tables in what a cell shows
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]

html_theme = "furo"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"
html_title = f"movie_rl_rec {release}"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_js_files = ["plotly.min.js", "figures.js", "copy.js"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
mathjax_path = "mathjax-tex-svg.js"
mathjax3_config = {"tex": {"tags": "none"}, "options": {"enableMenu": False}}
