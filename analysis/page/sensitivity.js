// Draws the sensitivity page. Everything that comes from a result is set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const ink = '#0b4f6c', second = '#b34700', soft = '#56606a';
  const level = data.interval.split(' by ')[0].replace(' intervals', '');
  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  function table(header, rows, texts) {
    const node = element('table'), head = element('tr'), body = element('tbody');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: c >= texts ? 'num' : 'text' })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: c >= texts ? 'num' : 'text' })));
      body.append(line);
    }
    node.append(body);
    return node;
  }
  const minus = (text) => text.replace('-', '−');
  const fixed = (x, digits) => (x === null ? '–' : minus(x.toFixed(digits)));
  const digitsOf = (error) => (error > 0 && isFinite(error) ? Math.min(5, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 3);
  const number = (e) => fixed(e.value, digitsOf(e.standard_error));
  const range = (e, digits) => `${fixed(e.low, digits)} – ${fixed(e.high, digits)}`;
  const unitOf = (o) => (o.unit && o.unit !== '1' ? ` ${o.unit}` : '');
  const described = (chart, text) => { chart.setAttribute('role', 'img'); chart.setAttribute('aria-label', text); return chart; };
  const phone = () => window.matchMedia('(max-width: 700px)').matches;
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  // Which indices the chart shows: [name, list, colour, mark], the one that ranks first.
  function seriesOf(o) {
    if (o.morris.length) return [['mean size of an effect (μ*)', o.morris.map((e) => e.mu_star), ink, 'circle']];
    if (o.shapley.length) return [['share of the variance (Shapley)', o.shapley, ink, 'circle']];
    if (o.total.length) return [['in all, with others (ST)', o.total, ink, 'circle'], ['alone (S)', o.first, second, 'square']];
    return [['alone (S, by ranks)', o.first, ink, 'circle']];
  }

  // Rows of marks with intervals; titles above the marks on a narrow screen so that they can be read.
  function intervalChart(id, rows, names, options) {
    const width = $(id).clientWidth || 800, narrow = phone();
    const perLine = narrow ? 54 : 30;
    const lines = names.length;
    const chart = Plot.plot({
      width, height: 52 + perLine * lines, marginLeft: narrow ? 8 : Math.min(300, width * 0.34), marginRight: 14, marginBottom: 40, style: { fontSize: '12px' },
      x: { label: options.label, labelAnchor: 'center', grid: true, ticks: narrow ? 4 : 7, domain: options.domain, tickFormat: (v) => minus(d3.format('~g')(+v.toPrecision(6))) },
      y: { label: null, domain: names, axis: narrow ? null : 'left', tickFormat: (t) => cut(t, 44), tickSize: 0, padding: 0.3 },
      marks: [
        narrow ? Plot.text(names, { y: (t) => t, x: () => options.domain[0], text: (t) => cut(t, 44), textAnchor: 'start', dy: -17, fontSize: 12 }) : null,
        Plot.ruleX([options.zero], { stroke: '#1d2327' }),
        options.mean === undefined ? null : Plot.ruleX([options.mean], { stroke: soft, strokeDasharray: '4 3' }),
        options.bars ? Plot.ruleY(options.bars, { y: 'name', x1: 'x1', x2: 'x2', stroke: '#c9d0d6', strokeWidth: 9 }) : null,
        ...rows.map((series) => Plot.link(series.points, { y1: 'name', y2: 'name', x1: 'low', x2: 'high', stroke: series.colour, strokeWidth: 2.4, strokeOpacity: 0.6, dy: series.shift, clip: true })),
        ...rows.map((series) => Plot.dot(series.points, { y: 'name', x: 'value', r: 4.2, fill: series.hollow ? '#fff' : series.colour, stroke: series.colour, strokeWidth: 1.8, symbol: series.symbol, dy: series.shift, title: 'text', tip: true })),
      ].filter(Boolean),
    });
    $(id).replaceChildren(described(chart, `${options.about} The table has the numbers.`));
  }
  const extent = (rows, extra) => {
    const [low, high] = d3.extent([...rows.flatMap((r) => r.points.flatMap((p) => [p.low, p.high, p.value])), ...extra]);
    const space = 0.03 * (high - low || 1);
    return [low - space, high + space];
  };

  function drawIndices(o) {
    const series = seriesOf(o), plain = !o.total.length && !o.shapley.length && !o.morris.length;
    const titles = plain ? data.factors.map((f) => f.title) : data.sets.map((s) => s.title);
    const order = d3.sort(d3.range(titles.length), (i) => -series[0][1][i].value);
    const rows = series.map(([name, list, colour, symbol], k) => ({
      colour, symbol, shift: (phone() ? 4 : 0) + (series.length > 1 ? (k ? 5 : -5) : 0),
      points: order.map((i) => ({ name: titles[i], ...list[i], text: `${titles[i]}\n${name}: ${o.morris.length ? number(list[i]) : fixed(list[i].value, 3)} (${range(list[i], o.morris.length ? digitsOf(list[i].standard_error) : 3)})` })),
    }));
    // An interval far wider than any index could be says only that nothing is known: it may run out of the picture.
    let domain = extent(rows, [0]);
    if (!o.morris.length) domain = [Math.max(-0.25, domain[0]), Math.min(1.25, domain[1])];
    intervalChart('indices', rows, order.map((i) => titles[i]), { label: o.morris.length ? `change of the output${unitOf(o)} over the factor's range` : 'part of the variance that inputs make', domain, zero: 0, about: 'Sensitivity of the output to each factor, with intervals.' });
    $('legend').replaceChildren(...(series.length > 1 ? series : []).map(([name, , colour, symbol]) => {
      const span = element('span'), svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), mark = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      svg.setAttribute('width', 14); svg.setAttribute('height', 14);
      mark.setAttribute('d', d3.symbol(symbol === 'square' ? d3.symbolSquare : d3.symbolCircle, 60)()); mark.setAttribute('transform', 'translate(7,7)'); mark.setAttribute('fill', colour);
      svg.append(mark); span.append(svg, document.createTextNode(name));
      return span;
    }));
    $('indices-note').textContent = (o.morris.length ? 'Elementary effects: how far the output moves for a step through the factor\u2019s range, over random places.'
      : o.shapley.length ? 'Shapley effects: what factors do together is shared alike between them; they sum to 1.'
        : o.total.length ? `${data.dependent ? 'Factors go together: “alone” counts what a factor carries of others, “in all” only what is its own.' : '“Alone”: the part that would go away if the factor were known. “In all”: the part that would be left if everything else were known. The distance between them is what factors do together.'}${data.replicates > 1 ? ' Chance is taken out.' : ' With one replicate a run chance counts as something that factors do together.'}`
          : 'First-order indices by ranks: the part of the variance that would go away if the factor were known.') + ` Bars: ${data.interval}.`;
    const pairs = [];
    if (o.pair.length) {
      let k = 0;
      for (let i = 0; i < titles.length; ++i) for (let j = i + 1; j < titles.length; ++j) pairs.push({ i, j, e: o.pair[k++] });
    }
    const sure = d3.sort(pairs.filter((p) => p.e.low > 0), (p) => -p.e.value).slice(0, 8);
    $('pairs').replaceChildren(...(sure.length ? [element('h3', 'Together beyond each alone'), table(['pair', 'part of the variance', level], sure.map((p) => [`${titles[p.i]} with ${titles[p.j]}`, fixed(p.e.value, 3), range(p.e, 3)]), 1)] : []));
    const header = ['factor', ...series.flatMap(([name]) => [name, level])];
    if (o.morris.length) header.push('μ', 'median', 'σ');
    $('indices-table').replaceChildren(table(header, order.map((i) => [titles[i], ...series.flatMap(([, list]) => (o.morris.length ? [number(list[i]), range(list[i], digitsOf(list[i].standard_error))] : [fixed(list[i].value, 3), range(list[i], 3)])),
      ...(o.morris.length ? [number(o.morris[i].mu), number(o.morris[i].median), number(o.morris[i].sigma)] : [])]), 1));
  }

  function drawSplit(o) {
    $('split-section').hidden = !o.split;
    if (!o.split) return;
    const parts = [['Levers and context', o.split.levers, ink], ['Uncertain parameters', o.split.parameters, second], ['Chance', o.split.chance, '#7a7f85']];
    const rows = [{ colour: '#1d2327', symbol: 'circle', shift: 0, points: parts.map(([name, e]) => ({ name, value: 100 * e.value, low: 100 * e.low, high: 100 * e.high, text: `${name}: ${fixed(100 * e.value, 1)} % (${fixed(100 * e.low, 1)} – ${fixed(100 * e.high, 1)})` })) }];
    const width = $('split').clientWidth || 800, narrow = phone();
    const chart = Plot.plot({
      width, height: narrow ? 240 : 170, marginLeft: narrow ? 8 : 170, marginRight: 50, marginBottom: 38, style: { fontSize: '12.5px' },
      x: { label: '% of all variation', labelAnchor: 'center', domain: [Math.min(0, ...rows[0].points.map((p) => p.low)), Math.max(100, ...rows[0].points.map((p) => p.high))], grid: true, ticks: narrow ? 4 : 6, tickFormat: (v) => minus(String(v)) },
      y: { label: null, domain: parts.map((p) => p[0]), axis: narrow ? null : 'left', tickSize: 0, padding: narrow ? 0.6 : 0.3 },
      marks: [
        Plot.barX(rows[0].points, { y: 'name', x1: 0, x2: 'value', fill: (p) => parts.find((q) => q[0] === p.name)[2] }),
        Plot.ruleY(rows[0].points, { y: 'name', x1: 'low', x2: 'high', stroke: '#1d2327', strokeWidth: 2 }),
        narrow ? Plot.text(rows[0].points, { y: 'name', x: () => 0, text: (p) => `${p.name}: ${fixed(p.value, 0)} %`, textAnchor: 'start', dy: -21 }) : Plot.text(rows[0].points, { y: 'name', x: 'high', text: (p) => `${fixed(p.value, 0)} %`, dx: 6, textAnchor: 'start' }),
        Plot.ruleX([0]),
      ],
    });
    $('split').replaceChildren(described(chart, rows[0].points.map((p) => p.text).join('; ')));
  }

  function drawSwing(o) {
    $('swing-section').hidden = !o.swing.length;
    if (!o.swing.length) return;
    const order = d3.sort(d3.range(o.swing.length), (i) => -Math.abs(o.swing[i].high.value - o.swing[i].low.value));
    const side = (key, hollow) => ({
      colour: ink, symbol: 'circle', hollow, shift: 0,
      points: order.map((i) => ({ name: data.factors[i].title, ...o.swing[i][key], text: `${data.factors[i].title}: ${o.swing[i][`${key}_text`]}\n${number(o.swing[i][key])}${unitOf(o)} (${range(o.swing[i][key], digitsOf(o.swing[i][key].standard_error))})` })),
    });
    const rows = [side('low', false), side('high', true)];
    intervalChart('swing', rows, order.map((i) => data.factors[i].title), {
      label: `mean of the output${unitOf(o)}`, domain: extent(rows, [o.mean]), zero: 0, mean: o.mean,
      bars: order.map((i) => ({ name: data.factors[i].title, x1: o.swing[i].low.value, x2: o.swing[i].high.value })), about: 'Mean of the output at low and high values of each factor.',
    });
    $('swing-table').replaceChildren(table(['factor', 'low', 'high', 'mean where low', 'mean where high', 'difference'], order.map((i) => {
      const s = o.swing[i], error = Math.hypot(s.low.standard_error, s.high.standard_error);
      return [data.factors[i].title, s.low_text, s.high_text, number(s.low), number(s.high), fixed(s.high.value - s.low.value, digitsOf(error))];
    }), 3));
  }

  function drawNoise(o) {
    const shown = o.of_noise && o.of_noise.defined;
    $('noise-section').hidden = !shown;
    if (!shown) return;
    const titles = data.sets.map((s) => s.title), order = d3.sort(d3.range(titles.length), (i) => -o.of_noise.total[i].value);
    const rows = [{ colour: ink, symbol: 'circle', shift: 0, points: order.map((i) => ({ name: titles[i], ...o.of_noise.total[i], text: `${titles[i]}: ${fixed(o.of_noise.total[i].value, 3)} (${range(o.of_noise.total[i], 3)})` })) }];
    const domain = extent(rows, [0]);
    intervalChart('noise', rows, order.map((i) => titles[i]), { label: 'ST of log variance', domain: [Math.max(-0.25, domain[0]), Math.min(1.25, domain[1])], zero: 0, about: 'What decides how large chance is.' });
  }

  function drawDensity(o) {
    $('density-section').hidden = !o.density.length;
    if (!o.density.length) return;
    const order = d3.sort(d3.range(o.density.length), (i) => -o.density[i].delta);
    $('density').replaceChildren(table(['factor', 'PAWN (by chance)', 'delta (by chance)', 'classes'], order.map((i) => {
      const e = o.density[i];
      return [data.factors[i].title, `${fixed(e.pawn_median, 3)} (${fixed(e.pawn_chance, 3)})`, `${fixed(e.delta, 3)} (${fixed(e.delta_chance, 3)})`, String(e.classes)];
    }), 1));
  }

  function draw() {
    const k = +$('output').value || 0, o = data.outputs[k];
    $('answer').textContent = data.answer.split('\n')[k];
    $('undefined').hidden = o.defined;
    drawSplit(o); drawIndices(o); drawSwing(o); drawNoise(o); drawDensity(o);
  }

  document.title = data.title;
  $('title').textContent = data.title;
  $('question').textContent = data.question;
  $('partial').hidden = data.complete;
  $('failed').hidden = !data.failed_runs;
  $('failed').textContent = `${data.failed_runs} of ${data.runs} runs failed (first: ${data.first_failure}); their rows are left out.`;
  for (const node of document.querySelectorAll('.level')) node.textContent = level;
  $('output').replaceChildren(...data.outputs.map((o, k) => element('option', o.title, { value: k })));
  $('output').parentElement.parentElement.hidden = data.outputs.length < 2;
  $('output').addEventListener('change', draw);
  const words = { azzini: 'Azzini, Mara and Rosati\u2019s design', saltelli: 'Saltelli\u2019s design', shapley: 'paths in random order (Goda)', morris: 'Morris\u2019s trajectories', sobol: 'scrambled Sobol\u2019 points', lhs: 'Latin hypercubes', random: 'random points', grid: 'all combinations', given: 'points as given' };
  $('method').textContent = `${words[data.design][0].toUpperCase()}${words[data.design].slice(1)}: ${data.rows} rows, ${data.runs} runs${data.replicates > 1 ? ` of ${data.replicates} replicates, each with its own luck` : ''}. ${data.interval}. Rows in which a run failed are left out and counted.`;
  $('factors').replaceChildren(table(['factor', 'kind', 'sets', 'values'], data.factors.map((f) => [f.title, f.role, f.key, f.law]), 4));
  $('provenance').replaceChildren(...[['source', data.source], ...Object.entries(data.provenance)].filter(([, v]) => v !== '' && v !== 0).flatMap(([what, value]) => [element('dt', what), element('dd', String(value))]));
  $('scenario').textContent = data.scenario;
  $('scenario-block').hidden = !data.scenario;
  draw();
  let timer = 0, width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth === width) return; width = window.innerWidth; clearTimeout(timer); timer = setTimeout(draw, 120); });
  document.documentElement.dataset.ready = 'yes';
})();
