// Draws the curves that stand as JSON in the element 'curves'.
const curves = JSON.parse(document.getElementById('curves').textContent);
const style = getComputedStyle(document.documentElement);
const ink = style.getPropertyValue('--soft').trim(), line = style.getPropertyValue('--line').trim();
const colours = ['#0f6fde', '#c2410c', '#15803d', '#9333ea', '#0e7490', '#b45309'];
const dim = style.getPropertyValue('--without').trim();
function draw(id, x, series, along = 'primal step') {
  const at = document.getElementById(id);
  if (!x.length) { at.textContent = 'No records.'; return; }
  const axis = { stroke: ink, grid: { stroke: line }, ticks: { stroke: line } };
  const plain = series.filter(s => !s.colour);
  const options = { width: at.clientWidth, height: 240, scales: { x: { time: false } },
    axes: [{ ...axis, label: along, labelSize: 22 }, { ...axis, size: 58 }],
    series: [{ label: along }, ...series.map(s => ({ label: s.name, stroke: s.colour || colours[plain.indexOf(s) % colours.length], width: 2, dash: s.dash, spanGaps: true,
      points: { show: x.length < 20 }, value: (u, v) => v == null ? '–' : v.toPrecision(4) }))] };
  const plot = new uPlot(options, [x, ...series.map(s => s.values)], at);
  new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height: 240 })).observe(at);
}
const named = curve => Object.entries(curve.series).map(([name, values]) => ({ name, values, colour: name === 'objective' ? dim : undefined }));
