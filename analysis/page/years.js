// Years and power: drawn where the result has them. Texts of a result are set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const M = data.policies.length, G = data.points.length;
  const colours = ['#0b4f6c', '#b34700', '#00664b', '#7a2e6b', '#7a6000', '#3b3b3b', '#1f5fbf', '#a3123a'];
  const dashes = ['', '6 3', '2 2', '8 3 2 3', '4 2 1 2', '1 3', '10 4', '3 1'];
  const label = (m) => {
    const p = data.policies[m], twin = data.policies.some((q, n) => n !== m && q.name === p.name);
    return twin ? `${p.title}, ${+(100 * p.share).toFixed(2)} %` : p.title;
  };
  const place = (g) => (data.axes.length ? data.axes.map((a) => `${data.points[g].at[a.name] ?? '–'}`).join(', ') : data.points[g].name);
  const number = (x) => (x < 0 ? '−' : '') + d3.format('~g')(Math.abs(+x.toPrecision(3)));
  const round = (x, error) => { const d = error > 0 ? Math.min(5, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 3; return (x < 0 ? '−' : '') + Math.abs(x).toFixed(d); };

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  function table(header, rows) {
    const node = element('table'), head = element('tr'), body = element('tbody');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: c > 1 ? 'num' : 'text' })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: c > 1 ? 'num' : 'text' })));
      body.append(line);
    }
    node.append(body);
    return node;
  }
  function described(chart, text) {
    chart.setAttribute('role', 'img');
    chart.setAttribute('aria-label', `${text} The table below has the numbers.`);
    return chart;
  }

  // --- year by year: differences to per head, which has no interventions
  const years = data.years;
  function drawYears() {
    const k = +$('years-measure').value, measure = data.measures.find((m) => m.key === years.measures[k]), K = years.measures.length;
    const at = (g, t, m) => ((g * years.count + t) * M + m) * K + k;
    const value = (g, t, m) => years.difference[at(g, t, m)], half = (g, t, m) => data.points[g].t * years.difference_standard_error[at(g, t, m)];
    const unit = { 1: '', '%': '%', pp: 'pp' }[measure.unit] ?? measure.unit;
    $('years-text').textContent = `${measure.description}${data.axes.length ? ` Charts: ${data.axes.map((a) => a.name).join(', ')}.` : ''}`;
    const last = years.count - 1, policies = d3.range(1, M), outer = $('years-last').clientWidth || 900;
    const lead = d3.least(policies.filter((m) => data.policies[m].name === data.lead.policy), (m) => Math.abs(data.policies[m].share - data.lead.share));
    const stem = lead === undefined ? '' : label(lead).split('; ')[0], twin = policies.find((m) => label(m).startsWith(`${stem}; `));
    const compared = lead !== undefined && twin !== undefined && twin !== lead;
    $('years-answer').hidden = !compared;
    if (compared) $('years-answer').textContent = `${measure.title}, after ${years.count} years against per head: ${d3.range(G).filter((g) => value(g, last, lead) !== null).map((g) => `${G > 1 ? `${place(g)}: ` : ''}${round(value(g, last, twin), half(g, last, twin))} with “${label(twin).slice(stem.length + 2)}”, ${round(value(g, last, lead), half(g, last, lead))} with “${label(lead).slice(stem.length + 2)}”`).join('; ')}${unit ? ` (${unit})` : ''}.`;
    const rows = d3.range(G).flatMap((g) => policies.filter((m) => value(g, last, m) !== null).map((m) => ({ g, m, name: label(m), x: value(g, last, m), low: value(g, last, m) - half(g, last, m), high: value(g, last, m) + half(g, last, m) })));
    const phone = window.matchMedia('(max-width: 700px)').matches;
    const columns = phone ? 1 : Math.min(G, 3), margin = Math.min(300, outer * (phone ? 0.55 : 0.3));
    const width = (outer - margin) / columns;
    const order = policies.map(label);
    const grid = element('div', null, { style: `display:grid;grid-template-columns:${margin + width - 12}px repeat(${columns - 1},${width - 12}px);column-gap:12px` });
    d3.range(G).forEach((g, i) => {
      const first = i % columns === 0, figure = element('figure', null, { style: 'margin:0' });
      figure.append(element('figcaption', G > 1 ? place(g) : '', { style: first ? `padding-left:${margin}px` : '' }));
      figure.append(described(Plot.plot({
        width: width - 12 + (first ? margin : 0), height: 48 + 22 * policies.length, marginLeft: first ? margin : 8, marginRight: 8, marginTop: 10, marginBottom: 38, style: { fontSize: '12px' },
        x: { label: unit ? `change, ${unit}` : 'change', domain: d3.extent([0, ...rows.flatMap((r) => [r.low, r.high])].filter(Number.isFinite)), ticks: 3, tickFormat: number, grid: true },
        y: { label: null, domain: order, axis: first ? 'left' : null },
        marks: [
          Plot.ruleX([0], { stroke: '#1d2327' }),
          Plot.ruleY(rows.filter((r) => r.g === g), { y: 'name', x1: 'low', x2: 'high', stroke: colours[0], strokeWidth: 3, strokeOpacity: 0.5 }),
          Plot.dot(rows.filter((r) => r.g === g), { y: 'name', x: 'x', r: 4, fill: (r) => (data.policies[r.m].name === data.lead.policy ? colours[1] : colours[0]), title: (r) => `${r.name}\n${round(r.x, r.high - r.x)} ± ${round(r.high - r.x, r.high - r.x)} ${unit}`, tip: true }),
        ],
      }), `${measure.title}: change against per head after ${years.count} years, ${place(g)}.`));
      grid.append(figure);
    });
    $('years-last').replaceChildren(grid);

    const lines = d3.range(G).flatMap((g) => policies.flatMap((m) => d3.range(years.count).map((t) => ({ g, m, year: t + 1, y: value(g, t, m) })).filter((r) => r.y !== null)));
    const extent = d3.extent([0, ...lines.map((r) => r.y)]);
    const over = element('div', null, { class: 'grid', style: `--columns:${columns}` });
    for (let g = 0; g < G; ++g) {
      const figure = element('figure');
      figure.append(element('figcaption', G > 1 ? place(g) : ''));
      figure.append(described(Plot.plot({
        width: Math.max(150, outer / columns - 8), height: 260, marginLeft: 46, style: { fontSize: '12px' },
        x: { label: 'year', ticks: Math.min(years.count, 6), tickFormat: 'd' }, y: { label: unit ? `change, ${unit}` : 'change', domain: extent, ticks: 5, tickFormat: number, grid: true },
        marks: [Plot.ruleY([0], { stroke: '#1d2327' }), ...policies.map((m) => Plot.line(lines.filter((r) => r.g === g && r.m === m), { x: 'year', y: 'y', stroke: colours[(m - 1) % 8], strokeDasharray: dashes[Math.floor((m - 1) / 8)], strokeWidth: data.policies[m].name === data.lead.policy ? 3 : 1.5, title: () => label(m), tip: true }))],
      }), `${measure.title}: change against per head year by year, ${place(g)}.`));
      over.append(figure);
    }
    $('years-lines').replaceChildren(over);
    $('years-legend').replaceChildren(...policies.map((m) => {
      const span = element('span'), svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      svg.setAttribute('width', 34); svg.setAttribute('height', 12);
      for (const [key, v] of Object.entries({ x1: 0, x2: 34, y1: 6, y2: 6, stroke: colours[(m - 1) % 8], 'stroke-width': data.policies[m].name === data.lead.policy ? 3 : 1.5, 'stroke-dasharray': dashes[Math.floor((m - 1) / 8)] })) line.setAttribute(key, v);
      svg.append(line);
      span.append(svg, document.createTextNode(label(m)));
      return span;
    }));
    const shown = [...new Set([0, Math.floor(last / 2), last])];
    $('years-table').replaceChildren(table(['context', 'policy', ...shown.map((t) => `year ${t + 1}, ± 95 %`)],
      d3.range(G).flatMap((g) => policies.map((m) => [place(g), label(m), ...shown.map((t) => (value(g, t, m) === null ? '–' : `${round(value(g, t, m), half(g, t, m))} ± ${round(half(g, t, m), half(g, t, m))}`))]))));
  }
  if (years) {
    $('years').hidden = false;
    $('one-state').hidden = true;
    if (years.follow_up) $('no-quality').textContent = 'How well a unit uses its money matters as much as the money. What interventions and systematic quality work add has no measured Swedish estimate: here it is an assumption, written out in the scenario below.';
    $('years-measure').replaceChildren(...years.measures.map((key, k) => element('option', data.measures.find((m) => m.key === key).title, { value: k })));
    $('years-measure').addEventListener('change', drawYears);
    drawYears();
  }

  // --- power
  const power = data.power;
  function drawPower() {
    const N = power.pooled.length, T = power.years, at = (g, k, t) => (g * N + k) * T + t, wanted = 100 * power.wanted;
    const name = (g) => (data.axes.length === 1 ? data.points[g].at[data.axes[0].name] : data.points[g].name);
    const rows = d3.range(G).flatMap((g) => d3.range(T).map((t) => ({ g, year: t + 1, y: 100 * power.value[at(g, 0, t)] })));
    const pools = d3.range(G).flatMap((g) => d3.range(N).map((k) => ({ g, pooled: power.pooled[k], y: 100 * power.value[at(g, k, T - 1)] })));
    const outer = $('power-charts').clientWidth || 900, phone = window.matchMedia('(max-width: 700px)').matches, width = phone ? outer : outer / 2 - 8;
    const common = { width, height: 320, marginLeft: 40, marginRight: 14, style: { fontSize: '12px' }, y: { label: 'power, %', domain: [0, 100], grid: true } };
    const marks = (list, x) => [
      Plot.ruleY([wanted], { stroke: '#8a3b00', strokeDasharray: '4 3' }),
      ...d3.range(G).map((g) => Plot.line(list.filter((r) => r.g === g), { x, y: 'y', stroke: colours[g % 8], strokeDasharray: dashes[g % 8], strokeWidth: 2, title: (r) => `${name(g)}: ${r.y.toFixed(1)} %`, tip: true })),
      ...d3.range(G).map((g) => Plot.dot(list.filter((r) => r.g === g), { x, y: 'y', r: 2.5, fill: colours[g % 8] })),
    ];
    const figure = (caption, chart, text) => { const node = element('figure', null, { style: 'margin:0' }); node.append(element('figcaption', caption), described(chart, text)); return node; };
    $('power-charts').replaceChildren(
      figure(power.pooled[0] === 1 ? 'One municipality by itself' : `${power.pooled[0]} municipalities together`, Plot.plot({ ...common, x: { label: 'years of results', ticks: Math.min(T, 10), tickFormat: 'd' }, marks: marks(rows, 'year') }), 'Power by years of results.'),
      figure(`Municipalities of the kind together, ${T} years`, Plot.plot({ ...common, x: { label: 'municipalities', type: 'log', ticks: power.pooled, tickFormat: 'd' }, marks: marks(pools, 'pooled') }), 'Power by municipalities that pool their results.'));
    $('power-legend').replaceChildren(...d3.range(G).map((g) => {
      const span = element('span'), svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      svg.setAttribute('width', 34); svg.setAttribute('height', 12);
      for (const [key, v] of Object.entries({ x1: 0, x2: 34, y1: 6, y2: 6, stroke: colours[g % 8], 'stroke-width': 2, 'stroke-dasharray': dashes[g % 8] })) line.setAttribute(key, v);
      svg.append(line);
      span.append(svg, document.createTextNode(name(g)));
      return span;
    }));
    const enough = (g, k) => d3.range(T).find((t) => 100 * power.value[at(g, k, t)] >= wanted);
    const alone = d3.range(G).filter((g) => enough(g, 0) !== undefined);
    const smallest = d3.least(alone, (g) => data.points[g].pupils);
    $('power-answer').textContent = smallest === undefined
      ? `No municipality here reaches ${wanted} % within ${T} years by itself: it gives the money out and cannot see in its own results whether it works.`
      : `The smallest municipality here that reaches ${wanted} % within ${T} years by itself has ${data.points[smallest].pupils} pupils (${name(smallest)}).`;
    $('power-text').textContent = `The probability of seeing, by a two-sided test at ${100 * power.level} %, that results rose where money came: ${power.policy}, ${+(100 * power.share).toFixed(2)} % of the budget, true effect ${power.effect} SD per +10 % money, ${power.years_before} years of results before. Dashed: ${wanted} %.`;
    const cell = (i) => `${(100 * power.value[i]).toFixed(1)} ± ${(100 * power.standard_error[i]).toFixed(1)}`;
    const shown = [...new Set([0, 1, 3, T - 1].filter((t) => t < T))];
    $('power-table').replaceChildren(table(['context', 'pupils', ...shown.map((t) => `${t + 1} ${t ? 'years' : 'year'}, % ± s.e.`), 'a year more, pp', 'together for enough'],
      d3.range(G).map((g) => {
        const k = d3.range(N).find((i) => enough(g, i) !== undefined), end = at(g, 0, T - 1);
        return [name(g), String(data.points[g].pupils), ...shown.map((t) => cell(at(g, 0, t))), T > 1 ? `+${(100 * (power.value[end] - power.value[end - 1])).toFixed(1)}` : '–', k === undefined ? `over ${power.pooled[N - 1]}` : `${power.pooled[k]} (year ${enough(g, k) + 1})`];
      })));
  }
  if (power) { $('power').hidden = false; drawPower(); }

  let timer = 0, width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth === width) return; width = window.innerWidth; clearTimeout(timer); timer = setTimeout(() => { if (years) drawYears(); if (power) drawPower(); }, 140); });
})();
