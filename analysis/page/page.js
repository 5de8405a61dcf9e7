// Draws the page from the result's numbers. Everything that comes from a result is set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const G = data.points.length, M = data.policies.length, K = data.measures.length;
  const at = (g, m, k) => (g * M + m) * K + k;
  const models = [...new Set(data.policies.slice(1).map((p) => p.name))];
  const titleOf = (name) => data.policies.find((p) => p.name === name).title;
  const shares = [...new Set(data.policies.slice(1).map((p) => p.share))].sort((a, b) => a - b);
  const measureIndex = (key) => data.measures.findIndex((m) => m.key === key);
  // Okabe and Ito's colours, darkened for text contrast; dashes and marks keep lines apart without colour.
  const colours = ['#0b4f6c', '#b34700', '#00664b', '#7a2e6b', '#7a6000', '#3b3b3b', '#1f5fbf', '#a3123a'];
  const dashes = ['', '6 3', '2 2', '8 3 2 3', '4 2 1 2', '1 3', '10 4', '3 1'];
  const symbols = ['circle', 'square', 'triangle', 'diamond2', 'cross', 'star', 'wye', 'times'];
  const style = (name) => models.indexOf(name) % colours.length;

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  const sign = (x, digits) => (x > 0 ? '+' : x < 0 ? '−' : '') + Math.abs(x).toFixed(digits);
  const decimals = (error) => (error > 0 && isFinite(error) ? Math.min(5, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 3);
  const group = (x) => Math.round(x).toString().replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  const percent = (share) => `${+(100 * share).toPrecision(3)} %`;
  const unit = (k) => ({ 1: '', '%': ' %', pp: ' pp', points: ' points', SD: ' SD', SEK: ' kr' })[data.measures[k].unit] ?? ` ${data.measures[k].unit}`;
  const half = (g, i) => data.points[g].t * data.difference_standard_error[i];

  function table(header, rows, numeric) {
    const node = element('table');
    const head = element('tr'), body = element('tbody');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: numeric[c] ? 'num' : 'text' })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: numeric[c] ? 'num' : 'text' })));
      body.append(line);
    }
    node.append(body);
    return node;
  }
  function fill(id, ...nodes) { $(id).replaceChildren(...nodes); }
  function options(id, list, chosen) {
    fill(id, ...list.map(([value, text]) => { const o = element('option', text, { value }); if (value === chosen) o.selected = true; return o; }));
  }

  // --- the places of the small multiples: columns along the first axis, a row of charts for each level of the others
  const axis = data.axes[0];
  const others = data.axes.slice(1);
  const rowOf = (g) => others.map((a) => `${a.name}: ${data.points[g].at[a.name] ?? '–'}`).join(', ');
  const place = (g) => (data.axes.length ? data.axes.map((a) => `${data.points[g].at[a.name] ?? '–'}`).join(', ') : data.points[g].name);

  function drawLegend() {
    fill('legend', ...models.map((name) => {
      const i = style(name), span = element('span');
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('width', 34); svg.setAttribute('height', 12);
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      for (const [key, value] of Object.entries({ x1: 0, x2: 34, y1: 6, y2: 6, stroke: colours[i], 'stroke-width': 2, 'stroke-dasharray': dashes[i] })) line.setAttribute(key, value);
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      mark.setAttribute('d', d3.symbol(symbolOf(i), 40)()); mark.setAttribute('transform', 'translate(17,6)'); mark.setAttribute('fill', colours[i]);
      svg.append(line, mark);
      span.append(svg, document.createTextNode(titleOf(name)));
      return span;
    }));
  }
  function symbolOf(i) {
    return [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond2, d3.symbolCross, d3.symbolStar, d3.symbolWye, d3.symbolTimes][i];
  }

  function rowsFor(k) {
    const rows = [];
    for (let g = 0; g < G; ++g)
      for (let m = 1; m < M; ++m) {
        const i = at(g, m, k), mean = data.difference[i], h = half(g, i);
        if (mean === null) continue;
        rows.push({ g, m, name: data.policies[m].name, share: +(100 * data.policies[m].share).toPrecision(3), mean, low: mean - h, high: mean + h, from: data.difference_low?.[i], to: data.difference_high?.[i] });
      }
    return rows;
  }

  function drawEffect() {
    const k = +$('measure').value, all = rowsFor(k);
    const direction = { lower: 'Lower is more equal: below zero is a gain.', higher: 'Higher is better: above zero is a gain.', none: '' }[data.measures[k].better];
    fill('measure-text', document.createTextNode(`${data.measures[k].description} ${direction}`));
    const extent = d3.extent([0, ...all.flatMap((r) => [r.low, r.high]).filter(Number.isFinite)]);
    const groups = d3.groups(all, (r) => (others.length ? rowOf(r.g) : ''));
    const columns = axis ? axis.levels.length : Math.min(G, 3);
    const nodes = [];
    const outer = $('effect').clientWidth || 900;
    for (const [title, rows] of groups) {
      if (title) nodes.push(element('h4', title));
      const grid = element('div', null, { class: 'grid', style: `--columns:${columns}` });
      const phone = window.matchMedia('(max-width: 700px)').matches;
      const width = Math.max(140, outer / (phone ? Math.min(2, columns) : columns) - 8);
      let first = true;
      for (const [g, points] of d3.groups(rows, (r) => r.g)) {
        const figure = element('figure');
        const caption = axis ? `${data.points[g].at[axis.name] ?? data.points[g].name}` : data.points[g].name;
        figure.append(element('figcaption', G > 1 ? caption : ''));
        const chart = Plot.plot({
          width, height: G > 1 ? Math.max(150, Math.min(230, width * 1.15)) : 340, marginLeft: 44, marginRight: 8, marginTop: 10, marginBottom: 32,
          style: { fontSize: '11px' },
          x: { label: 'given out, %', labelAnchor: 'center', domain: [0, 100 * d3.max(shares) * 1.03], ticks: width < 200 ? 3 : 5 },
          y: { label: first || G === 1 ? `change,${unit(k)}` : null, domain: extent, ticks: 4, tickFormat: (v) => (v < 0 ? '−' : '') + d3.format('~g')(Math.abs(+v.toPrecision(6))), grid: true },
          marks: [
            Plot.ruleY([0], { stroke: '#1d2327' }),
            G === 1 && data.difference_low ? Plot.areaY(points.filter((r) => r.name === data.lead.policy), { x: 'share', y1: 'from', y2: 'to', fill: colours[style(data.lead.policy)], fillOpacity: 0.08, clip: true }) : null,
            ...models.map((name) => Plot.line([{ share: 0, mean: 0 }, ...points.filter((r) => r.name === name)], { x: 'share', y: 'mean', stroke: colours[style(name)], strokeDasharray: dashes[style(name)], strokeWidth: 1.6 })),
            ...models.map((name) => Plot.ruleX(points.filter((r) => r.name === name), { x: 'share', y1: 'low', y2: 'high', stroke: colours[style(name)], strokeWidth: 2.5, strokeOpacity: 0.55 })),
            ...models.map((name) => Plot.dot(points.filter((r) => r.name === name), {
              x: 'share', y: 'mean', r: 2.6, fill: colours[style(name)], symbol: symbolOf(style(name)),
              title: (r) => `${titleOf(r.name)}, ${r.share} % given out\n${sign(r.mean, decimals(r.high - r.mean))}${unit(k)} (95 % Monte Carlo ${sign(r.low, decimals(r.high - r.mean))} to ${sign(r.high, decimals(r.high - r.mean))})`,
              tip: true,
            })),
          ].filter(Boolean),
        });
        chart.setAttribute('role', 'img');
        chart.setAttribute('aria-label', `${data.measures[k].title}: change against per head by share given out, ${place(g)}. The table below has the numbers.`);
        figure.append(chart);
        grid.append(figure);
        first = false;
      }
      nodes.push(grid);
    }
    fill('effect', ...nodes);
    const lead = leadRow(all);
    $('effect-range').textContent = data.quantile_levels && lead && Number.isFinite(lead.from)
      ? `The uncertain assumptions are another and larger matter: for ${titleOf(lead.name)} at ${lead.share} % (${place(lead.g)}), ${Math.round(100 * (data.quantile_levels[1] - data.quantile_levels[0]))} % of simulated municipalities lie between ${sign(lead.from, 2)} and ${sign(lead.to, 2)}${unit(k)}.` : '';
    const header = ['context', 'model', 'given out', `change,${unit(k)}`, '± 95 %'];
    if (data.difference_low) header.push(`${percent(data.quantile_levels[0])} to ${percent(data.quantile_levels[1])} of replicates`);
    fill('effect-table', table(header, all.map((r) => {
      const h = r.high - r.mean, row = [place(r.g), titleOf(r.name), `${r.share} %`, sign(r.mean, decimals(h)), h.toFixed(decimals(h))];
      if (data.difference_low) row.push(`${sign(r.from, 3)} to ${sign(r.to, 3)}`);
      return row;
    }), [false, false, true, true, true, true]));
  }
  function leadRow(all) {
    const rows = all.filter((r) => r.name === data.lead.policy);
    if (!rows.length) return null;
    const nearest = d3.least(rows, (r) => Math.abs(r.share / 100 - data.lead.share)).share;
    return d3.greatest(rows.filter((r) => r.share === nearest), (r) => Math.abs(r.mean));
  }

  // Standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1.5e-7): enough for whole per cents.
  function phi(z) {
    const t = 1 / (1 + 0.3275911 * Math.abs(z) / Math.SQRT2), x = Math.abs(z) / Math.SQRT2;
    const e = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
    return z < 0 ? (1 - e) / 2 : (1 + e) / 2;
  }
  function bestAt(g, k, share) {
    const direction = data.measures[k].better === 'higher' ? 1 : -1;
    const rows = [];
    for (let m = 1; m < M; ++m) if (data.policies[m].share === share && data.difference[at(g, m, k)] !== null) rows.push({ m, gain: direction * data.difference[at(g, m, k)], se: data.difference_standard_error[at(g, m, k)], h: half(g, at(g, m, k)) });
    rows.sort((a, b) => b.gain - a.gain);
    if (!rows.length) return null;
    const [first, second] = rows;
    const sure = second ? phi((first.gain - second.gain) / Math.hypot(first.se, second.se)) : 1;
    return { ...first, change: direction * first.gain, sure, detectable: first.gain > first.h };
  }
  function drawBest() {
    const k = +$('measure').value, share = +$('share').value;
    if (data.measures[k].better === 'none') return fill('best', element('p', 'This measure has no direction that is better: choose another one above.', { class: 'note' }));
    const cells = d3.range(G).map((g) => bestAt(g, k, share));
    const largest = d3.max(cells, (c) => (c && c.detectable ? Math.abs(c.change) : 0)) || 1;
    const cell = (g) => {
      const best = cells[g], td = element('td');
      if (!best) { td.textContent = '–'; return td; }
      if (!best.detectable) { td.append(element('strong', 'No model'), element('small', 'no gain over per head to be seen')); return td; }
      const depth = Math.abs(best.change) / largest;
      td.style.background = d3.interpolateRgb('#f3f7f9', '#0b4f6c')(0.08 + 0.92 * depth);
      td.style.color = depth > 0.45 ? '#fff' : '#1d2327';
      td.append(element('strong', data.policies[best.m].title), element('small', `${sign(best.change, decimals(best.h))}${unit(k)} ± ${best.h.toFixed(decimals(best.h))}`), element('small', best.sure > 0.995 ? 'sure' : best.sure < 0.6 ? 'as good as the second' : `sure to ${Math.round(100 * best.sure)} %`));
      return td;
    };
    const node = element('table', null, { class: 'heat' }), head = element('tr');
    const columns = data.axes.length > 1 ? data.axes[1].levels : [''];
    head.append(element('th', axis ? axis.name : 'context', { scope: 'col' }), ...columns.map((level) => element('th', level ? `${data.axes[1].name}: ${level}` : 'best model', { scope: 'col' })));
    node.append(element('thead'), element('tbody'));
    node.tHead.append(head);
    const rows = axis && data.axes.length <= 2 ? axis.levels : null;
    if (rows) for (const level of rows) {
      const tr = element('tr');
      tr.append(element('th', level, { scope: 'row' }));
      for (const column of columns) {
        const g = data.points.findIndex((p) => p.at[axis.name] === level && (!column || p.at[data.axes[1].name] === column));
        tr.append(g >= 0 ? cell(g) : element('td', '–'));
      }
      node.tBodies[0].append(tr);
    } else for (let g = 0; g < G; ++g) {
      const tr = element('tr');
      tr.append(element('th', place(g), { scope: 'row' }), cell(g));
      node.tBodies[0].append(tr);
    }
    fill('best', node);
  }

  function drawMoney() {
    const g = +$('money-point').value, share = +$('share').value, name = $('money-policy').value;
    let m = data.policies.findIndex((p) => p.name === name && p.share === share);
    if (m < 0) m = data.policies.findIndex((p) => p.name === name);
    const units = data.units[g], budget = data.points[g].budget_per_pupil;
    if (!units) return fill('money', element('p', 'No replicate of this point was finished.'));
    const S = units.pupils.length;
    let rows = d3.range(S).map((s) => ({ s, name: units.name ? units.name[s] : `Unit ${s + 1}`, pupils: units.pupils[s], need: units.need[s], kr: budget * (units.money[m * S + s] - 1), percent: 100 * (units.money[m * S + s] - 1) }));
    rows.sort((a, b) => b.need - a.need);
    let below = 0;
    rows = rows.map((r) => ({ ...r, x1: below, x2: (below += r.pupils) }));
    const width = $('money').clientWidth || 900, phone = width < 500;
    const hover = (r) => `${r.name}: ${group(r.pupils)} pupils, need ${r.need.toFixed(2)}\n${sign(r.kr, 0)} kr per pupil (${sign(r.percent, 1)} %)`;
    const named = units.name && S <= 60;
    const chart = named
      ? Plot.plot({
        width, height: 40 + 19 * S, marginLeft: phone ? 130 : 230, marginRight: 56, style: { fontSize: '11.5px' },
        x: { label: 'kronor per pupil against per head', grid: true, ticks: phone ? 3 : 6, tickFormat: (v) => (v < 0 ? '−' : '') + group(Math.abs(v)) },
        y: { label: null, domain: rows.map((r) => r.s), tickFormat: (s) => { const t = units.name[s]; return t.length > (phone ? 19 : 36) ? `${t.slice(0, phone ? 18 : 35)}…` : t; } },
        marks: [Plot.barX(rows, { y: 's', x: 'kr', fill: (r) => (r.kr < 0 ? '#b34700' : '#0b4f6c'), fillOpacity: (r) => (r.kr < 0 ? 0.55 : 1), title: hover, tip: true }), Plot.ruleX([0]),
          Plot.text(rows, { y: 's', x: 'kr', text: (r) => sign(r.percent, 1), dx: 4, textAnchor: 'start', filter: (r) => r.kr >= 0 })],
      })
      : Plot.plot({
        width, height: 320, marginLeft: 62, style: { fontSize: '11.5px' },
        x: { label: 'pupils, units ordered by need (neediest first)', labelAnchor: 'center', tickFormat: (v) => group(v), ticks: phone ? 3 : 6 },
        y: { label: 'kronor per pupil against per head', grid: true, tickFormat: (v) => (v < 0 ? '−' : '') + group(Math.abs(v)) },
        marks: [Plot.rectY(rows, { x1: 'x1', x2: 'x2', y: 'kr', fill: (r) => (r.kr < 0 ? '#b34700' : '#0b4f6c'), fillOpacity: (r) => (r.kr < 0 ? 0.55 : 1), stroke: '#fff', strokeWidth: 0.5, title: hover, tip: true }), Plot.ruleY([0])],
      });
    chart.setAttribute('role', 'img');
    chart.setAttribute('aria-label', `Money per pupil by unit, ${data.policies[m].title}, ${percent(data.policies[m].share)} given out, ${place(g)}. The table below has the numbers.`);
    fill('money', chart);
    $('money-note').textContent = `${data.policies[m].title}, ${percent(data.policies[m].share)} of the budget given out by need; ${group(budget)} kronor per pupil on average. ` +
      (units.name ? 'Mean over replicates: the index sees another year\u2019s pupils in each.' : 'Means over replicates of the units at each place in the order of standing; a single municipality is more uneven than this.');
    fill('money-table', table(['unit', 'pupils', 'need (mean 1)', 'kr per pupil', '%'], rows.map((r) => [r.name, group(r.pupils), r.need.toFixed(2), sign(r.kr, 0), sign(r.percent, 1)]), [false, true, true, true, true]));
    drawMoved(share);
  }

  function drawMoved(share) {
    const moved = measureIndex('share_moved'), gap = measureIndex('money_gap'), misplaced = measureIndex('misallocated');
    $('moved-block').hidden = moved < 0;
    if (moved < 0) return;
    const name = $('money-policy').value;
    const m = Math.max(1, data.policies.findIndex((p) => p.name === name && p.share === share));
    const number = (g, k, digits) => (k >= 0 && data.mean[at(g, m, k)] !== null ? data.mean[at(g, m, k)].toFixed(digits) : '–');
    fill('moved', table(['context', 'given out by need', 'moved between units', 'misplaced by an old or noisy index', 'extra money for a pupil in need'],
      d3.range(G).map((g) => [place(g), percent(data.policies[m].share), `${number(g, moved, 2)} %`, `${number(g, misplaced, 2)} %`, `${number(g, gap, 2)} %`]), [false, true, true, true, true]));
  }

  // --- texts
  document.title = data.title;
  $('title').textContent = data.title;
  $('question').textContent = data.question;
  $('claim').textContent = data.claim ? `Claim tested: ${data.claim}` : '';
  $('answer').textContent = data.answer;
  $('partial').hidden = data.complete;
  fill('assumptions', table(['what', 'value', 'source'], data.assumptions.map((a) => [a.key, `${a.value}${a.unit ? ` ${a.unit}` : ''}`, a.source]), [false, false, false]));
  fill('measures', ...data.measures.flatMap((m) => [element('dt', `${m.title} (${m.key}, ${m.unit})`), element('dd', m.description)]));
  fill('provenance', ...data.provenance.flatMap(([what, value]) => [element('dt', what), element('dd', value)]));
  $('scenario').textContent = data.scenario;

  const lead = Math.max(0, measureIndex(data.lead.measure));
  // Measures that no policy changes (the municipality's segregation, say) have nothing to draw here.
  const changed = d3.range(K).filter((k) => k === lead || d3.range(G).some((g) => d3.range(1, M).some((m) => Math.abs(data.difference[at(g, m, k)] ?? 0) > 1e-12)));
  options('measure', changed.map((k) => [String(k), data.measures[k].title]), String(lead));
  options('share', shares.map((s) => [String(s), percent(s)]), String(d3.least(shares, (s) => Math.abs(s - data.lead.share))));
  options('money-policy', models.map((name) => [name, titleOf(name)]), data.lead.policy);
  const widest = leadRow(rowsFor(lead));
  options('money-point', data.points.map((p, g) => [String(g), place(g)]), String(widest ? widest.g : 0));
  drawLegend();
  function draw() { drawEffect(); drawBest(); drawMoney(); }
  $('measure').addEventListener('change', () => { drawEffect(); drawBest(); });
  $('share').addEventListener('change', () => { drawBest(); drawMoney(); });
  $('money-point').addEventListener('change', drawMoney);
  $('money-policy').addEventListener('change', drawMoney);
  let timer = 0, width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth === width) return; width = window.innerWidth; clearTimeout(timer); timer = setTimeout(draw, 120); });
  draw();
  document.documentElement.dataset.ready = 'yes';
})();
