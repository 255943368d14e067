"`python -m benchmarks`: run all, print tables, write benchmarks.json and benchmarks.html."
import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

import pandas as pd

from movie_rl_rec.errors import MissingPackage

# a module has `run(short, ...) -> rows`
MODULES = ("startup", "speed", "growth", "replay", "novelty", "serving", "service")
COMPILED = {"speed", "growth", "replay"}    # these measure the compiled loops


def main(arguments=None):
    p = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    p.add_argument("--short", action="store_true", help="tiny sizes, only to see that it runs")
    p.add_argument("--only", nargs="+", choices=MODULES, default=MODULES,
                   help="which modules (default: all)")
    p.add_argument("--peers", metavar="PYTHON",
                   help="a Python in which the libraries of benchmarks/peers.txt are installed")
    p.add_argument("--out", default="runs/benchmarks",
                   help="folder for benchmarks.json and benchmarks.html (default: %(default)s)")
    args = p.parse_args(arguments)
    if COMPILED.intersection(args.only):
        try:
            MissingPackage.demand_import("numba", "the compiled loops", "numba")
        except MissingPackage as error:
            p.error(str(error))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        if os.environ.get(name) != "1" and arguments is None:
            os.environ[name] = "1"     # per core: start again with one thread for BLAS
            os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *sys.argv[1:]])
    rows = []
    for name in args.only:
        try:
            module = importlib.import_module(f"benchmarks.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"benchmarks.{name}":
                raise
            continue
        found = module.run(short=args.short, **_options(name, args))
        show(found)
        rows += found
    write(rows, Path(args.out), args.short)


def _options(name, args):
    if name == "speed":
        return dict(peers_python=args.peers)
    return dict(folder=os.environ.get("MOVIE_RL_REC_DATA")) if name == "replay" else {}


def show(rows):
    "Print rows as one table per benchmark"
    def number(x):
        return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"
    for name, part in pd.DataFrame(rows).groupby("benchmark", sort=False):
        table = part.drop(columns="benchmark").dropna(axis=1, how="all")
        print(f"\n== {name}\n"
              f"{table.to_string(index=False, na_rep='', float_format=number)}", flush=True)


def speeds(rows):
    "User-steps per second of one core, by policy and implementation; None where not measured"
    import plotly.express as px
    speed = pd.DataFrame([r for r in rows if r["benchmark"] == "speed" and "per_cpu_second" in r])
    if not len(speed):
        return None
    fig = px.bar(speed, x="per_cpu_second", y="way", color="policy", barmode="group",
                 orientation="h", log_x=True,
                 template="plotly_white", height=160 + 45*speed.way.nunique(),
                 title="User-steps per second of one core: {movies} movies, {dim} features, "
                       "{users} users, {steps} steps".format(**speed.iloc[0]))
    return fig.update_layout(xaxis_title="user-steps per second of processor time",
                             yaxis_title="", yaxis_autorange="reversed")


def growth(rows):
    "What a step costs as the work grows, with the exponent of each; None where not measured"
    import plotly.express as px
    grown = pd.DataFrame([r for r in rows if r["benchmark"] == "growth"])
    if not len(grown):
        return None
    grown["policy"] += grown.policy.map(lambda name: "" if "NumPy" in name else ", compiled")
    slopes = grown.drop_duplicates(["grows", "policy"]).groupby("grows", sort=False).apply(
        lambda part: ", ".join(f"{e:.2f}" for e in part.exponent), include_groups=False)
    grown["grows"] = grown.grows.map(lambda what: f"{what}: exponents {slopes[what]}")
    fig = px.line(grown, x="size", y="microseconds", color="policy", facet_col="grows",
                  facet_col_wrap=2, facet_row_spacing=.15, markers=True,
                  log_x=True, log_y=True, template="plotly_white", height=640,
                  title="Processor time of a user-step as the work grows")
    fig.for_each_annotation(lambda note: note.update(text=note.text.removeprefix("grows=")))
    return fig.update_xaxes(matches=None, showticklabels=True, title="").update_yaxes(
        title="microseconds", col=1)


def write(rows, out, short):
    "benchmarks.json and benchmarks.html"
    from movie_rl_rec.study import versions
    out.mkdir(parents=True, exist_ok=True)
    about = {name: versions()[name] for name in ("python", "numpy", "numba")} | dict(
        machine=platform.machine(), cores=os.cpu_count(), short=short)
    (out/"benchmarks.json").write_text(
        json.dumps(dict(about=about, rows=rows), indent=1, default=str) + "\n")
    figures = [fig for fig in (speeds(rows), growth(rows)) if fig]
    if figures:
        parts = [fig.to_html(include_plotlyjs=not i, full_html=False)
                 for i, fig in enumerate(figures)]
        (out/"benchmarks.html").write_text(
            "<!doctype html><meta charset='utf-8'><title>Benchmarks</title>\n"
            + "\n".join(parts) + "\n", encoding="utf-8")
    print(f"\n{out/'benchmarks.json'}" + (f" and {out/'benchmarks.html'}" if figures else ""))


if __name__ == "__main__":
    main()
