// Draw a plotly figure into its box, and again when the box changes its width.
function drawFigure(id, figure) {
  const phone = window.innerWidth < 600;
  const layout = Object.assign({}, figure.layout, phone ? { margin: Object.assign({}, figure.layout.margin, { l: 50, r: 10 }) } : {});
  for (const axis of Object.keys(layout).filter((k) => /^[xy]axis/.test(k)))
    layout[axis] = Object.assign({ gridcolor: "#e8e8e8", zerolinecolor: "#d0d0d0", automargin: true }, layout[axis]);
  Plotly.newPlot(id, figure.data, layout, { responsive: true, displaylogo: false });
}
