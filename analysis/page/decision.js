// The choice between policies: drawn where the result has it.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { G } = R, choice = data.decision;
  if (!choice) return;
  const A = choice.policy.length, P = choice.parameter.length, Q = choice.objective.length, at = (g, m) => g * A + m;
  const measureOf = (key) => data.measures.find((m) => m.key === key) || { key, title: key, unit: '', better: 'none' };
  const measure = measureOf(choice.measure), titleOf = (m) => R.titleOfKey(m.key, m.title), unit = () => L.after(measure.unit), inUnit = (text) => `${text}${L.commaUnit(measure.unit)}`;
  const label = (m) => R.label(choice.policy[m], choice.policy);
  const parameterName = (j) => { const key = `p.${choice.parameter[j].replace('outcome.', '')}`; return L.has(key) ? t(key) : choice.parameter[j]; };
  const half = (g, se) => (data.points[g].t ?? 1.96) * se;
  const percent = (p) => (p > 0.995 ? '100 %' : p < 0.005 ? '0 %' : `${Math.round(100 * p)} %`);
  const cell = (x, h) => [L.cell(x, L.fixed(x, L.decimals(h))), L.cell(h, L.fixed(h, L.decimals(h)))]; // value and its error
  const small = (x) => L.brief(x, 2);

  function answer() {
    const wins = d3.rollup(choice.best, (list) => list.length, (m) => m), [top, count] = d3.greatest(wins, (w) => w[1]), all = choice.everywhere, one = d3.leastIndex(all, (e) => e.largest);
    const text = [G > 1 ? t('decision.best-many', { model: label(top), count, all: G }) : t('decision.best-one', { model: label(top) })];
    if (G > 1) text.push(t('decision.one', { model: label(one), worst: small(all[one].largest), unit: unit(), place: R.place(all[one].where), mean: small(all[one].mean) }));
    const worth = d3.range(G).flatMap((g) => d3.range(P).map((j) => ({ g, j, x: choice.evppi[g * P + j], h: half(g, choice.evppi_se[g * P + j]) }))).filter((v) => v.x > v.h);
    const best = d3.greatest(worth, (v) => v.x);
    text.push(best ? t('decision.worth', { what: parameterName(best.j), size: small(best.x), unit: unit(), where: G > 1 ? t('decision.worth-where', { place: R.place(best.g) }) : '' }) : t('decision.worth-nothing'));
    $('decision-answer').textContent = text.join(' ');
  }

  // Best model and its probability, or the regret of one model.
  function drawMap() {
    const shown = $('decision-map-of').value, m = shown === 'best' ? -1 : +shown, top = d3.max(choice.regret) || 1;
    const draw = (g) => {
      const td = element('td'), k = m < 0 ? choice.best[g] : m, i = at(g, k), regret = L.withError(choice.regret[i], half(g, choice.regret_se[i])), probable = t('decision.probable', { percent: percent(choice.probability[i]) });
      const depth = m < 0 ? choice.probability[i] : Math.max(0, Math.min(1, choice.regret[i] / top));
      td.style.background = d3.interpolateRgb(m < 0 ? '#f3f7f9' : '#fdf6f1', m < 0 ? L.ink : '#8a3b00')(0.06 + 0.44 * depth); // never so dark that the text could not be read
      if (m < 0) td.append(element('strong', label(k)), element('small', probable), element('small', choice.sure[g] < 0.5 ? t('decision.tied') : t('decision.sure', { percent: percent(choice.sure[g]) })), element('small', t('decision.expected-regret', { regret, unit: unit() })));
      else td.append(element('strong', `${regret}${unit()}`), element('small', choice.best[g] === m ? t('decision.best-here') : probable), element('small', `95 %: ${L.withError(choice.high_regret[i], half(g, choice.high_regret_se[i]))}`));
      return td;
    };
    L.showHeat('decision-map', ...L.placeGrid(draw, m < 0 ? t('best.column') : t('decision.regret')), {
      name: m < 0 ? t('decision.map-best') : t('decision.map-regret', { model: label(m) }), texts: 2, header: [t('column.place'), t('column.model'), t('decision.column-probable'), inUnit(t('decision.column-regret')), t('answer.column-error')],
      rows: d3.range(G).map((g) => { const k = m < 0 ? choice.best[g] : m, i = at(g, k); return [R.place(g), label(k), L.cell(100 * choice.probability[i], L.fixed(100 * choice.probability[i], 0)), ...cell(choice.regret[i], half(g, choice.regret_se[i]))]; }),
    });
  }

  // One model everywhere: a mark for each context.
  function drawEverywhere() {
    const order = d3.sort(d3.range(A), (m) => choice.everywhere[m].largest), narrow = L.phone(), rows = d3.range(G).flatMap((g) => d3.range(A).map((m) => ({ g, m, x: choice.behind[at(g, m)] })));
    const chart = Plot.plot({
      width: $('decision-everywhere').clientWidth || 900, height: 72 + 30 * A, marginLeft: narrow ? 132 : 250, marginRight: 24, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: inUnit(t(narrow ? 'decision.behind-short' : 'decision.behind')), labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: narrow ? 3 : 6, tickFormat: L.tick },
      y: { label: null, domain: order, tickFormat: (m) => L.shorten(label(m), narrow ? 19 : 38), tickSize: 0 },
      marks: [Plot.ruleX([0]), Plot.dot(rows, { y: 'm', x: 'x', r: 4, fill: L.ink, fillOpacity: 0.35, title: (r) => `${label(r.m)}, ${R.place(r.g)}: ${L.brief(r.x)}${unit()}`, tip: true }),
        Plot.tickX(order, { y: (m) => m, x: (m) => choice.everywhere[m].mean, stroke: L.warm, strokeWidth: 3 })],
    });
    L.show('decision-everywhere', t('decision.everywhere-about'), [chart], {
      name: t('decision.everywhere-h'), texts: 1, header: [t('column.model'), inUnit(t('decision.column-mean-loss')), t('answer.column-error'), inUnit(t('decision.column-largest-loss')), t('decision.column-where')],
      rows: order.map((m) => { const e = choice.everywhere[m]; return [label(m), ...cell(e.mean, 1.96 * e.mean_se), L.cell(e.largest, L.brief(e.largest)), R.place(e.where)]; }),
    });
  }

  function drawInformation(g) {
    $('decision-chance').textContent = t('decision.chance', { gain: L.withError(choice.chance[g], half(g, choice.chance_se[g])), unit: unit() });
    if (P === 0) { $('decision-information').replaceChildren(element('p', t('decision.certain'), { class: 'note' })); return; }
    const order = d3.sort(d3.range(P), (j) => -choice.evppi[g * P + j]), narrow = L.phone();
    const rows = [{ name: t('decision.all'), x: choice.evpi[g], h: half(g, choice.evpi_se[g]) }, ...order.map((j) => ({ name: parameterName(j), x: choice.evppi[g * P + j], h: half(g, choice.evppi_se[g * P + j]) }))];
    const chart = Plot.plot({
      width: $('decision-information').clientWidth || 900, height: 72 + 26 * rows.length, marginLeft: narrow ? 150 : 270, marginRight: 24, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: inUnit(t(narrow ? 'decision.gain-short' : 'decision.gain')), labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: narrow ? 3 : 6, tickFormat: L.tick },
      y: { label: null, domain: rows.map((r) => r.name), tickFormat: (text) => L.shorten(text, narrow ? 22 : 44), tickSize: 0 },
      marks: [Plot.barX(rows, { y: 'name', x: 'x', fill: (r, i) => (i ? L.ink : '#7f98a5'), title: (r) => `${r.name}: ${L.withError(r.x, r.h)}${unit()}`, tip: true }),
        Plot.ruleY(rows, { y: 'name', x1: (r) => r.x - r.h, x2: (r) => r.x + r.h, stroke: L.black, strokeWidth: 1.5 }), Plot.ruleX([0])],
    });
    L.show('decision-information', t('decision.information-about', { place: R.place(g) }), [chart], { name: t('decision.information-h'), texts: 1, header: [t('decision.column-known'), inUnit(t('decision.gain-short')), t('answer.column-error')], rows: rows.map((r) => [r.name, ...cell(r.x, r.h)]) });
  }
  function drawRegret(g) {
    L.showTable('decision-regret', {
      name: t('decision.regret-h'), texts: 1,
      header: [t('column.model'), inUnit(titleOf(measure)), inUnit(t('decision.behind')), t('answer.column-error'), t('decision.column-probable'), inUnit(t('decision.column-regret')), t('answer.column-error'), inUnit(t('decision.column-high')), t('answer.column-error'), inUnit(t('decision.column-largest'))],
      rows: d3.sort(d3.range(A), (m) => choice.behind[at(g, m)]).map((m) => {
        const i = at(g, m), p = 100 * choice.probability[i];
        return [label(m), L.cell(choice.mean[i], L.fixed(choice.mean[i], 3)), ...(m === choice.best[g] ? [t('decision.best'), '–'] : cell(choice.behind[i], half(g, choice.behind_se[i]))), L.cell(p, L.fixed(p, 0)), ...cell(choice.regret[i], half(g, choice.regret_se[i])), ...cell(choice.high_regret[i], half(g, choice.high_regret_se[i])), L.cell(choice.largest_regret[i], L.brief(choice.largest_regret[i]))];
      }),
    });
  }
  function drawFront(g) {
    const info = choice.objective.map(measureOf), value = (m, q) => choice.objective_mean[at(g, m) * Q + q], outer = $('decision-front').clientWidth || 900;
    const width = L.phone() || Q < 3 ? Math.min(outer, 640) : outer / 2 - 8, rows = d3.range(A).map((m) => ({ m, name: label(m), on: choice.front[at(g, m)] }));
    // Names towards the middle; one that would lie on the name above it gives way downwards.
    const labelled = (q) => {
      const middle = d3.mean(d3.extent(rows, (r) => value(r.m, q))), [low, high] = d3.extent(rows, (r) => value(r.m, 0)), down = (r) => (high > low ? 240 * (high - value(r.m, 0)) / (high - low) : 0);
      let last = -Infinity;
      return d3.sort(rows, down).map((r) => { const y = Math.max(down(r), last + 13); last = y; return { r, right: value(r.m, q) <= middle, dy: y - down(r) }; });
    };
    const better = (q) => t(info[q].better === 'higher' ? 'decision.higher' : 'decision.lower');
    const row = element('div', null, { class: 'row' });
    row.append(...d3.range(1, Q).map((q) => L.captioned(t('decision.front-caption', { a: titleOf(info[0]), b: L.lowerFirst(titleOf(info[q])) }), Plot.plot({
      width, height: 330, marginLeft: 58, marginRight: 20, marginBottom: 42, style: { fontSize: '12px' },
      x: { label: `${titleOf(info[q])}${L.commaUnit(info[q].unit)} (${better(q)})`, labelAnchor: 'center', labelArrow: 'none', ticks: 4, tickFormat: L.tick, inset: 18 },
      y: { label: `${L.unitName(info[0].unit)} (${better(0)})`, grid: true, ticks: 5, tickFormat: L.tick, inset: 16 },
      marks: [Plot.dot(rows, { x: (r) => value(r.m, q), y: (r) => value(r.m, 0), r: 5, stroke: L.ink, fill: (r) => (r.on > 0.5 ? L.ink : '#fff'), title: (r) => `${r.name}\n${L.brief(value(r.m, 0))}${L.after(info[0].unit)}; ${L.brief(value(r.m, q))}${L.after(info[q].unit)}\n${t('decision.column-front')}: ${percent(r.on)}`, tip: true }),
        ...labelled(q).map(({ r, right, dy }) => Plot.text([r], { x: () => value(r.m, q), y: () => value(r.m, 0), text: () => L.shorten(r.name, 26), dx: right ? 9 : -9, dy, textAnchor: right ? 'start' : 'end' }))],
    }))));
    L.show('decision-front', t('decision.front-about', { place: R.place(g) }), [row], {
      name: t('decision.front-h'), texts: 1, header: [t('column.model'), ...info.flatMap((m) => [`${titleOf(m)}${L.commaUnit(m.unit)}`, t('answer.column-error')]), `${t('decision.column-front')}, %`],
      rows: d3.range(A).map((m) => [label(m), ...info.flatMap((_, q) => cell(value(m, q), half(g, choice.objective_se[at(g, m) * Q + q]))), L.cell(100 * choice.front[at(g, m)], L.fixed(100 * choice.front[at(g, m)], 0))]),
    });
  }
  function drawContext() { const g = +$('decision-point').value; drawInformation(g); drawRegret(g); drawFront(g); }

  $('decision').hidden = false;
  $('decision-everywhere-block').hidden = G < 2;
  L.onDraw(() => {
    $('decision-measure').textContent = t('decision.by', { title: titleOf(measure), better: t(measure.better === 'higher' ? 'decision.higher' : 'decision.lower'), n: L.whole(choice.replicates) });
    L.options('decision-map-of', [['best', t('decision.map-best')], ...d3.range(A).map((m) => [String(m), t('decision.map-regret', { model: label(m) })])], 'best');
    L.options('decision-point', d3.range(G).map((g) => [String(g), R.place(g)]), String(d3.greatestIndex(choice.evpi)));
    answer();
    drawMap();
    if (G > 1) drawEverywhere();
    drawContext();
  });
  $('decision-map-of').addEventListener('change', drawMap);
  $('decision-point').addEventListener('change', drawContext);
})();
