// The choice between policies: drawn where the result has it. Texts of a result are set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent), choice = data.decision;
  if (!choice) return;
  const $ = (id) => document.getElementById(id);
  const G = data.points.length, A = choice.policy.length, P = choice.parameter.length, Q = choice.objective.length;
  const ink = '#0b4f6c', warm = '#b34700';
  const at = (g, m) => g * A + m;
  const measure = data.measures.find((m) => m.key === choice.measure) || { title: choice.measure, unit: '', better: 'lower' };
  const units = { 1: '', '%': ' %', pp: ' pp', points: ' points', SD: ' SD', SEK: ' kr' };
  const unitOf = (m) => (m.unit in units ? units[m.unit] : ` ${m.unit}`), unit = unitOf(measure);
  const place = (g) => (data.axes.length ? data.axes.map((a) => `${data.points[g].at[a.name] ?? '–'}`).join(', ') : data.points[g].name);
  const label = (m) => {
    const i = choice.policy[m], p = data.policies[i], twin = choice.policy.some((j) => j !== i && data.policies[j].name === p.name);
    return twin ? `${p.title}, ${+(100 * p.share).toPrecision(3)} %` : p.title;
  };
  const names = { theta: 'effect of money (θ)', effect_ratio: 'effect on pupils in need against others', curvature: 'diminishing returns', pass_through: 'share that stays at the unit', use_mean: 'how well units use money', peer: 'effect of schoolmates', selection: 'selection of pupils', dilution: 'dilution of staff', carry: 'what lasts to grade 9' };
  const parameterName = (j) => names[choice.parameter[j].replace('outcome.', '')] || choice.parameter[j];
  const decimals = (error) => (error > 0 && isFinite(error) ? Math.min(5, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 3);
  const fixed = (x, digits) => (x < 0 ? '−' : '') + Math.abs(x).toFixed(digits);
  const number = (x) => (x < 0 ? '−' : '') + d3.format('~g')(Math.abs(+x.toPrecision(3)));
  const brief = (x) => number(+x.toPrecision(2));
  const half = (g, se) => (data.points[g].t ?? 1.96) * se;
  const withError = (x, h) => `${fixed(x, decimals(h))} ± ${fixed(h, decimals(h))}`;
  const percent = (p) => (p > 0.995 ? '100 %' : p < 0.005 ? '0 %' : `${Math.round(100 * p)} %`);

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
  function described(chart, text) {
    chart.setAttribute('role', 'img');
    chart.setAttribute('aria-label', `${text} The table has the numbers.`);
    return chart;
  }
  const phone = () => window.matchMedia('(max-width: 700px)').matches;
  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  // --- the answer: one policy everywhere, and what is worth knowing
  function answer() {
    const wins = d3.rollup(choice.best, (list) => list.length, (m) => m), [top, count] = d3.greatest(wins, (w) => w[1]);
    const all = choice.everywhere, one = d3.leastIndex(all, (e) => e.largest);
    let text = G > 1 ? `“${label(top)}” has the best mean in ${count} of ${G} contexts. ` : `“${label(top)}” has the best mean. `;
    if (G > 1) text += `If one model has to do everywhere, “${label(one)}” loses least at worst: ${brief(all[one].largest)}${unit} (${place(all[one].where)}), ${brief(all[one].mean)}${unit} on average. `;
    const worth = d3.range(G).flatMap((g) => d3.range(P).map((j) => ({ g, j, x: choice.evppi[g * P + j], h: half(g, choice.evppi_se[g * P + j]) }))).filter((v) => v.x > v.h);
    if (worth.length) {
      const best = d3.greatest(worth, (v) => v.x);
      text += `Worth knowing before choosing: ${parameterName(best.j)}, ${brief(best.x)}${unit} on average${G > 1 ? ` where it is worth most (${place(best.g)})` : ''}.`;
    } else text += 'No single unknown is certainly worth studying before choosing: the same model is chosen either way.';
    $('decision-answer').textContent = text;
  }

  // --- decision map: best model and its probability, or the regret of one model
  function drawMap() {
    const shown = $('decision-map-of').value, m = shown === 'best' ? -1 : +shown;
    const top = d3.max(choice.regret) || 1;
    const cell = (g) => {
      const td = element('td'), k = m < 0 ? choice.best[g] : m, i = at(g, k), h = half(g, choice.regret_se[i]);
      const depth = m < 0 ? choice.probability[i] : Math.max(0, Math.min(1, choice.regret[i] / top));
      td.style.background = d3.interpolateRgb(m < 0 ? '#f3f7f9' : '#fdf6f1', m < 0 ? ink : '#8a3b00')(0.06 + 0.54 * depth); // never so dark that the text could not be read
      td.style.color = '#1d2327';
      if (m < 0) td.append(element('strong', label(k)), element('small', `best in ${percent(choice.probability[i])} of assumptions`), element('small', choice.sure[g] < 0.5 ? 'means not told apart' : `best mean: sure to ${percent(choice.sure[g])}`), element('small', `expected regret ${withError(choice.regret[i], h)}${unit}`));
      else td.append(element('strong', `${withError(choice.regret[i], h)}${unit}`), element('small', choice.best[g] === m ? 'the best mean here' : `best in ${percent(choice.probability[i])} of assumptions`), element('small', `95 %: ${withError(choice.high_regret[i], half(g, choice.high_regret_se[i]))}`));
      return td;
    };
    const axis = data.axes[0], node = element('table', null, { class: 'heat' }), head = element('tr');
    const columns = data.axes.length > 1 ? data.axes[1].levels : [''], grid = axis && data.axes.length <= 2;
    head.append(element('th', axis ? axis.name : 'context', { scope: 'col' }), ...(grid ? columns : ['']).map((level) => element('th', level ? `${data.axes[1].name}: ${level}` : m < 0 ? 'best model' : 'regret', { scope: 'col' })));
    node.append(element('thead'), element('tbody'));
    node.tHead.append(head);
    const add = (title, cells) => { const tr = element('tr'); tr.append(element('th', title, { scope: 'row' }), ...cells); node.tBodies[0].append(tr); };
    if (grid) for (const level of axis.levels) add(level, columns.map((column) => {
      const g = data.points.findIndex((p) => p.at[axis.name] === level && (!column || p.at[data.axes[1].name] === column));
      return g >= 0 ? cell(g) : element('td', '–');
    }));
    else d3.range(G).forEach((g) => add(place(g), [cell(g)]));
    $('decision-map').replaceChildren(node);
  }

  // --- one model everywhere: a mark for each context
  function drawEverywhere() {
    const order = d3.range(A).sort((a, b) => choice.everywhere[a].largest - choice.everywhere[b].largest), outer = $('decision-everywhere').clientWidth || 900;
    const rows = d3.range(G).flatMap((g) => d3.range(A).map((m) => ({ g, m, x: choice.behind[at(g, m)] })));
    $('decision-everywhere').replaceChildren(described(Plot.plot({
      width: outer, height: 72 + 30 * A, marginLeft: phone() ? 132 : 250, marginRight: 24, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: phone() ? `behind,${unit}` : `behind the best of the context,${unit}`, labelAnchor: 'center', grid: true, ticks: phone() ? 3 : 6, tickFormat: number },
      y: { label: null, domain: order, tickFormat: (m) => shorten(label(m), phone() ? 19 : 38), tickSize: 0 },
      marks: [Plot.ruleX([0]), Plot.dot(rows, { y: 'm', x: 'x', r: 4, fill: ink, fillOpacity: 0.35, title: (r) => `${label(r.m)}, ${place(r.g)}: ${number(r.x)}${unit}`, tip: true }),
        Plot.tickX(order, { y: (m) => m, x: (m) => choice.everywhere[m].mean, stroke: warm, strokeWidth: 3 })],
    }), 'How far each policy is behind the best, context by context.'));
    $('decision-everywhere-table').replaceChildren(table(['policy', `mean loss,${unit}`, `largest loss,${unit}`, 'where'], order.map((m) => {
      const e = choice.everywhere[m];
      return [label(m), withError(e.mean, 1.96 * e.mean_se), number(e.largest), place(e.where)];
    }), 1));
  }

  // --- one context: value of information, regret, front
  function drawInformation(g) {
    const order = d3.range(P).sort((a, b) => choice.evppi[g * P + b] - choice.evppi[g * P + a]);
    const rows = [{ name: 'all of them', x: choice.evpi[g], h: half(g, choice.evpi_se[g]) }, ...order.map((j) => ({ name: parameterName(j), x: choice.evppi[g * P + j], h: half(g, choice.evppi_se[g * P + j]) }))];
    const outer = $('decision-information').clientWidth || 900, most = phone() ? 22 : 44;
    $('decision-information').replaceChildren(P === 0 ? element('p', 'No parameter is uncertain here.', { class: 'note' }) : described(Plot.plot({
      width: outer, height: 72 + 26 * rows.length, marginLeft: phone() ? 150 : 270, marginRight: 24, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: phone() ? `gain,${unit}` : `gained by knowing it before choosing,${unit}`, labelAnchor: 'center', grid: true, ticks: phone() ? 3 : 6, tickFormat: number },
      y: { label: null, domain: rows.map((r) => r.name), tickFormat: (t) => shorten(t, most), tickSize: 0 },
      marks: [Plot.barX(rows, { y: 'name', x: 'x', fill: (r, i) => (i ? ink : '#7f98a5'), title: (r) => `${r.name}: ${withError(r.x, r.h)}${unit}`, tip: true }),
        Plot.ruleY(rows, { y: 'name', x1: (r) => r.x - r.h, x2: (r) => r.x + r.h, stroke: '#1d2327', strokeWidth: 1.5 }), Plot.ruleX([0])],
    }), `Value of knowing each uncertain parameter before choosing, ${place(g)}.`));
    $('decision-chance').textContent = `Knowing chance too would gain ${withError(choice.chance[g], half(g, choice.chance_se[g]))}${unit}: no study can.`;
    $('decision-information-table').replaceChildren(table(['known before choosing', `gain,${unit}`], rows.map((r) => [r.name, withError(r.x, r.h)]), 1));
  }
  function drawRegret(g) {
    $('decision-regret').replaceChildren(table(['policy', `${measure.title},${unit}`, `behind the best,${unit}`, 'best in, of assumptions', `expected regret,${unit}`, `95 % regret,${unit}`, `largest drawn,${unit}`],
      d3.range(A).sort((a, b) => choice.behind[at(g, a)] - choice.behind[at(g, b)]).map((m) => {
        const i = at(g, m), h = half(g, choice.behind_se[i]);
        return [label(m), fixed(choice.mean[i], 3), m === choice.best[g] ? 'best' : withError(choice.behind[i], h), percent(choice.probability[i]), withError(choice.regret[i], half(g, choice.regret_se[i])), withError(choice.high_regret[i], half(g, choice.high_regret_se[i])), number(choice.largest_regret[i])];
      }), 1));
  }
  function drawFront(g) {
    const info = choice.objective.map((key) => data.measures.find((m) => m.key === key) || { key, title: key, unit: '', better: 'none' });
    const value = (m, q) => choice.objective_mean[at(g, m) * Q + q];
    const outer = $('decision-front').clientWidth || 900, panels = Q - 1, width = phone() || panels < 2 ? Math.min(outer, 640) : outer / 2 - 8;
    const rows = d3.range(A).map((m) => ({ m, name: label(m), on: choice.front[at(g, m)] }));
    // Names towards the middle; one that would lie on the name above it gives way downwards.
    const labelled = (q) => {
      const middle = d3.mean(d3.extent(rows, (r) => value(r.m, q))), [low, high] = d3.extent(rows, (r) => value(r.m, 0));
      const down = (r) => (high > low ? 240 * (high - value(r.m, 0)) / (high - low) : 0);
      let last = -Infinity;
      return d3.sort(rows, down).map((r) => {
        const y = Math.max(down(r), last + 13);
        last = y;
        return { r, right: value(r.m, q) <= middle, dy: y - down(r) };
      });
    };
    const better = (q) => (info[q].better === 'higher' ? 'higher is better' : 'lower is better');
    $('decision-front').replaceChildren(...d3.range(1, Q).map((q) => {
      const figure = element('figure', null, { style: 'margin:0' });
      figure.append(element('figcaption', `${info[0].title} by ${info[q].title.charAt(0).toLowerCase()}${info[q].title.slice(1)}`));
      figure.append(described(Plot.plot({
        width, height: 330, marginLeft: 58, marginRight: 20, marginBottom: 42, style: { fontSize: '12px' },
        x: { label: `${info[q].title},${unitOf(info[q])} (${better(q)})`.replace(', (', ' ('), labelAnchor: 'center', labelArrow: 'none', ticks: 4, tickFormat: number, inset: 18 },
        y: { label: `${info[0].unit ? unitOf(info[0]).trim() : ''} (${better(0)})`, grid: true, ticks: 5, tickFormat: number, inset: 16 },
        marks: [Plot.dot(rows, { x: (r) => value(r.m, q), y: (r) => value(r.m, 0), r: 5, stroke: ink, fill: (r) => (r.on > 0.5 ? ink : '#fff'), title: (r) => `${r.name}\n${number(value(r.m, 0))}${unitOf(info[0])}; ${number(value(r.m, q))}${unitOf(info[q])}\non the front: ${percent(r.on)}`, tip: true }),
          ...labelled(q).map(({ r, right, dy }) => Plot.text([r], { x: () => value(r.m, q), y: () => value(r.m, 0), text: () => shorten(r.name, 26), dx: right ? 9 : -9, dy, textAnchor: right ? 'start' : 'end' }))],
      }), `${info[0].title} against ${info[q].title}, ${place(g)}.`));
      return figure;
    }));
    $('decision-front-table').replaceChildren(table(['policy', ...info.map((m) => `${m.title},${unitOf(m)}`), 'on the front'], d3.range(A).map((m) => [label(m), ...info.map((_, q) => { const h = half(g, choice.objective_se[at(g, m) * Q + q]); return withError(value(m, q), h); }), percent(choice.front[at(g, m)])]), 1));
  }
  function drawContext() { const g = +$('decision-point').value; drawInformation(g); drawRegret(g); drawFront(g); }
  function draw() { drawMap(); if (G > 1) drawEverywhere(); drawContext(); }

  $('decision').hidden = false;
  $('decision-everywhere-block').hidden = G < 2;
  $('decision-measure').textContent = `By: ${measure.title} (${measure.better} is better), ${choice.replicates} replicates a context.`;
  $('decision-map-of').replaceChildren(element('option', 'Best model', { value: 'best' }), ...d3.range(A).map((m) => element('option', `Regret of: ${label(m)}`, { value: m })));
  $('decision-point').replaceChildren(...d3.range(G).map((g) => element('option', place(g), { value: g })));
  $('decision-point').value = d3.greatestIndex(choice.evpi);
  $('decision-map-of').addEventListener('change', drawMap);
  $('decision-point').addEventListener('change', drawContext);
  answer();
  draw();
  let timer = 0, width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth === width) return; width = window.innerWidth; clearTimeout(timer); timer = setTimeout(draw, 140); });
})();
