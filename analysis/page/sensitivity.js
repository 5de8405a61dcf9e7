// The sensitivity page: what decides the answer, and how sure that is.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element, fixed } = L;
  const grey = '#7a7f85', percent = (x) => `${fixed(100 * Math.max(0, x), 0)}\u00a0%`;
  const level = `${L.brief(+data.interval.split(' ')[0])}\u00a0%`;
  const unitOf = (o) => L.commaUnit(o.unit), decimals = (e) => L.decimals(e.standard_error), outputTitle = (o) => { const against = o.title.endsWith(', change against per head'), plain_ = L.language() === 'sv' && L.has(`m.${o.key}`) ? t(`m.${o.key}`) : L.named(o.title.replace(/, change against per head$/, '')); return against ? t('output.against', { title: plain_ }) : plain_; };
  const number = (e) => fixed(e.value, decimals(e)), part = (e) => fixed(e.value, Math.min(3, Math.max(2, decimals(e))));
  const range = (e, digits) => t('chart.between', { low: fixed(e.low, digits), high: fixed(e.high, digits) });
  const factor = (i) => L.named(data.factors[i].title), set = (i) => L.named(data.sets[i].title);

  // "below 0.0881", "5,000-15,000 pupils, high segregation": a place by its axes' names.
  const value = (text) => { const [, side, x] = /^(below|above) (-?[\d.e-]+)$/.exec(text) || []; return side ? t(`swing.${side}`, { x: L.brief(Number(x)) }) : L.language() === 'en' ? text : text.split(', ').map((one) => L.named(one)).join(', '); };

  function intervalText() {
    const family = data.interval.includes('Šidák') ? t('interval.family') : '', parts = /over (\d+) independent/.exec(data.interval);
    const key = parts ? 'parts' : ['trajectories', 'bootstrap', 'delta'].find((how) => data.interval.includes(how));
    return t(`interval.${key}`, { level, family, n: parts?.[1] });
  }
  // Which indices the chart shows: [name, list, colour, mark], the one that ranks first.
  function seriesOf(o) {
    if (o.morris.length) return [[t('indices.morris'), o.morris.map((e) => e.mu_star), L.ink, 'circle']];
    if (o.shapley.length) return [[t('indices.shapley'), o.shapley, L.ink, 'circle']];
    if (o.total.length) return [[t('indices.total'), o.total, L.ink, 'circle'], [t('indices.first'), o.first, L.warm, 'square']];
    return [[t('indices.ranks'), o.first, L.ink, 'circle']];
  }
  const plain = (o) => !o.total.length && !o.shapley.length && !o.morris.length;
  const titlesOf = (o) => (plain(o) ? data.factors.map((_, i) => factor(i)) : data.sets.map((_, i) => set(i)));

  function drawAnswer(o) {
    if (!o.defined) { L.say('answer', 'said.none', { output: outputTitle(o) }); return; }
    const list = seriesOf(o)[0][1], titles = titlesOf(o), [first, second] = d3.sort(d3.range(list.length), (i) => -list[i].value);
    const nodes = [], add = (key, values) => nodes.push(...L.rich(key, values));
    const both = { output: outputTitle(o), first: titles[first], second: second === undefined ? '' : titles[second] };
    if (o.morris.length) add(second === undefined ? 'said.path-one' : 'said.path', both);
    else {
      const few = list.filter((e) => e.high < 0.05).length, sure = second === undefined || list[second].high < list[first].low;
      add(sure ? 'said.sure' : 'said.seems', { ...both, part: percent(list[first].value), together: o.total.length ? t('said.together') : '' });
      if (second !== undefined) add('said.second', { second: titles[second], part: percent(list[second].value) });
      if (few) add('said.few', { few, all: list.length, little: percent(0.05) });
      nodes.push('.');
    }
    if (o.split) add('said.split', { levers: percent(o.split.levers.value), parameters: percent(o.split.parameters.value), chance: percent(o.split.chance.value) });
    $('answer').replaceChildren(...nodes);
  }

  function drawIndices(o) {
    const series = seriesOf(o), titles = titlesOf(o), order = d3.sort(d3.range(titles.length), (i) => -series[0][1][i].value), morris = o.morris.length > 0;
    const shown = (e) => (morris ? number(e) : part(e)), digits = (e) => (morris ? decimals(e) : Math.min(3, Math.max(2, decimals(e))));
    const rows = series.map(([name, list, colour, symbol], k) => ({
      colour, symbol, shift: (L.phone() ? 4 : 0) + (series.length > 1 ? (k ? 5 : -5) : 0),
      points: order.map((i) => ({ name: titles[i], ...list[i], text: `${titles[i]}\n${name}: ${shown(list[i])} (${range(list[i], digits(list[i]))})` })),
    }));
    // An interval far wider than any index could be says only that nothing is known: it may run out of the picture.
    let domain = L.extent(rows, [0]);
    if (!morris) domain = [Math.max(-0.25, domain[0]), Math.min(1.25, domain[1])];
    const about = t('indices.about', { output: outputTitle(o) }), nodes = [L.intervalChart(rows, order.map((i) => titles[i]), {
      width: $('indices').clientWidth || 900, label: morris ? t('indices.axis-morris', { unit: unitOf(o) }) : t('indices.axis'), domain, zero: 0,
    })];
    if (series.length > 1) nodes.unshift(L.legend(series.map(([name, , colour, symbol]) => [name, colour, null, symbol === 'square' ? 1 : 0])));
    const cells = (e) => [L.cell(e.value, shown(e)), L.cell(e.low, fixed(e.low, digits(e))), L.cell(e.high, fixed(e.high, digits(e)))];
    const header = [t('indices.column'), ...series.flatMap(([name]) => [name, t('indices.from', { name: level }), t('answer.column-high')]), ...(morris ? ['μ', 'median', 'σ'] : [])];
    L.show('indices', about, nodes, {
      name: t('indices.h'), texts: 1, header,
      rows: order.map((i) => [titles[i], ...series.flatMap(([, list]) => cells(list[i])), ...(morris ? ['mu', 'median', 'sigma'].map((key) => L.cell(o.morris[i][key].value, number(o.morris[i][key]))) : [])]),
    });
    const note = morris ? 'indices.note-morris' : o.shapley.length ? 'indices.note-shapley' : !o.total.length ? 'indices.note-ranks' : data.dependent ? 'indices.note-dependent' : 'indices.note-total';
    $('indices-note').replaceChildren(...L.rich(note), ...(note.endsWith('total') || note.endsWith('dependent') ? L.rich(data.replicates > 1 ? 'indices.chance-out' : 'indices.chance-in') : []), ...L.rich('indices.bars', { interval: intervalText() }));
    const pairs = [];
    if (o.pair.length) {
      let k = 0;
      for (let i = 0; i < titles.length; ++i) for (let j = i + 1; j < titles.length; ++j) pairs.push({ i, j, e: o.pair[k++] });
    }
    const sure = d3.sort(pairs.filter((p) => p.e.low > 0), (p) => -p.e.value).slice(0, 8);
    $('pairs-block').hidden = !sure.length;
    if (sure.length) L.showTable('pairs', { name: t('pairs.h'), texts: 1, header: [t('pairs.column'), t('pairs.part'), t('indices.from', { name: level }), t('answer.column-high')], rows: sure.map((p) => [t('pairs.with', { a: titles[p.i], b: titles[p.j] }), ...cells(p.e)]) });
  }

  function drawSplit(o) {
    $('split-section').hidden = !o.split;
    if (!o.split) return;
    const rows = [['levers', L.ink], ['parameters', L.warm], ['chance', grey]].map(([key, colour]) => {
      const e = o.split[key], d = Math.min(1, L.decimals(100 * e.standard_error)), name = t(`split.${key}`);
      return { name, colour, d, value: 100 * e.value, low: 100 * e.low, high: 100 * e.high, text: `${name}: ${fixed(100 * e.value, d)} % (${t('chart.between', { low: fixed(100 * e.low, d), high: fixed(100 * e.high, d) })})` };
    });
    const narrow = L.phone(), chart = Plot.plot({
      width: $('split').clientWidth || 900, height: narrow ? 240 : 170, marginLeft: narrow ? 8 : 170, marginRight: 50, marginBottom: 38, style: { fontSize: '12.5px' },
      x: { label: t('split.axis'), labelAnchor: 'center', labelArrow: 'none', domain: [Math.min(0, ...rows.map((p) => p.low)), Math.max(100, ...rows.map((p) => p.high))], grid: true, ticks: narrow ? 4 : 6, tickFormat: L.tick },
      y: { label: null, domain: rows.map((p) => p.name), axis: narrow ? null : 'left', tickSize: 0, padding: narrow ? 0.6 : 0.3 },
      marks: [
        Plot.barX(rows, { y: 'name', x1: 0, x2: 'value', fill: 'colour', title: 'text', tip: true }),
        Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', stroke: L.black, strokeWidth: 2 }),
        narrow ? Plot.text(rows, { y: 'name', x: () => 0, text: (p) => `${p.name}: ${fixed(p.value, 0)} %`, textAnchor: 'start', dy: -21 }) : Plot.text(rows, { y: 'name', x: 'high', text: (p) => `${fixed(p.value, 0)} %`, dx: 6, textAnchor: 'start' }),
        Plot.ruleX([0]),
      ],
    });
    L.show('split', rows.map((p) => p.text).join('; ') + '.', [chart], {
      name: t('split.h'), texts: 1, header: [t('split.column'), t('split.axis'), t('indices.from', { name: level }), t('answer.column-high')], rows: rows.map((p) => [p.name, ...['value', 'low', 'high'].map((key) => L.cell(p[key], fixed(p[key], p.d)))]),
    });
    L.say('split-note', 'split.note', { level });
  }

  function drawSwing(o) {
    $('swing-section').hidden = !o.swing.length;
    if (!o.swing.length) return;
    const order = d3.sort(d3.range(o.swing.length), (i) => -Math.abs(o.swing[i].high.value - o.swing[i].low.value));
    const side = (key, hollow) => ({
      colour: L.ink, hollow, shift: 0,
      points: order.map((i) => { const e = o.swing[i][key]; return { name: factor(i), ...e, text: `${factor(i)}: ${value(o.swing[i][`${key}_text`])}\n${number(e)}${L.after(o.unit)} (${range(e, decimals(e))})` }; }),
    });
    const rows = [side('low', false), side('high', true)], about = t('swing.about', { output: outputTitle(o) });
    L.show('swing', about, [L.intervalChart(rows, order.map(factor), {
      width: $('swing').clientWidth || 900, label: t('swing.axis', { unit: unitOf(o) }), domain: L.extent(rows, [o.mean]), zero: 0, mean: o.mean,
      bars: order.map((i) => ({ name: factor(i), x1: o.swing[i].low.value, x2: o.swing[i].high.value })),
    })], {
      name: t('swing.h'), texts: 3, header: [t('indices.column'), t('swing.low'), t('swing.high'), t('swing.mean-low'), t('swing.mean-high'), t('swing.difference')],
      rows: order.map((i) => {
        const s = o.swing[i], gap = s.high.value - s.low.value;
        return [factor(i), value(s.low_text), value(s.high_text), L.cell(s.low.value, number(s.low)), L.cell(s.high.value, number(s.high)), L.cell(gap, fixed(gap, L.decimals(Math.hypot(s.low.standard_error, s.high.standard_error))))];
      }),
    });
    L.say('swing-note', 'swing.note', { level });
  }

  function drawNoise(o) {
    const shown = o.of_noise && o.of_noise.defined;
    $('noise-section').hidden = !shown;
    if (!shown) return;
    const order = d3.sort(d3.range(data.sets.length), (i) => -o.of_noise.total[i].value), e = (i) => o.of_noise.total[i];
    const rows = [{ colour: L.ink, shift: 0, points: order.map((i) => ({ name: set(i), ...e(i), text: `${set(i)}: ${part(e(i))} (${range(e(i), 2)})` })) }], domain = L.extent(rows, [0]);
    L.show('noise', t('noise.about'), [L.intervalChart(rows, order.map(set), { width: $('noise').clientWidth || 900, label: t('noise.axis'), domain: [Math.max(-0.25, domain[0]), Math.min(1.25, domain[1])], zero: 0 })], {
      name: t('noise.h'), texts: 1, header: [t('indices.column'), t('noise.axis'), t('indices.from', { name: level }), t('answer.column-high')], rows: order.map((i) => [set(i), ...['value', 'low', 'high'].map((key) => L.cell(e(i)[key], fixed(e(i)[key], 2)))]),
    });
    L.say('noise-note', 'noise.note', { level });
  }

  function drawDensity(o) {
    $('density-section').hidden = !o.density.length;
    if (!o.density.length) return;
    const order = d3.sort(d3.range(o.density.length), (i) => -o.density[i].delta), cell = (x) => L.cell(x, fixed(x, 2));
    L.showTable('density', {
      name: t('density.h'), texts: 1, header: [t('indices.column'), 'PAWN', t('density.pawn-chance'), 'delta', t('density.delta-chance'), t('density.classes')],
      rows: order.map((i) => { const e = o.density[i]; return [factor(i), cell(e.pawn_median), cell(e.pawn_chance), cell(e.delta), cell(e.delta_chance), L.cell(e.classes, String(e.classes))]; }),
    });
  }

  function draw() {
    const o = data.outputs[+$('output').value || 0];
    drawAnswer(o); drawSplit(o); drawIndices(o); drawSwing(o); drawNoise(o); drawDensity(o);
  }
  L.onDraw(() => {
    document.title = $('title').textContent = L.named(data.title);
    $('question').textContent = L.named(data.question);
    $('partial').hidden = data.complete;
    $('failed').hidden = !data.failed_runs;
    if (data.failed_runs) $('failed').textContent = t('sens.failed', { failed: L.whole(data.failed_runs), runs: L.whole(data.runs), first: data.first_failure });
    L.options('output', data.outputs.map((o, k) => [String(k), outputTitle(o)]), '0');
    $('output-control').hidden = data.outputs.length < 2;
    draw();
    L.say('method', 'method.made', { design: t(`design.${data.design}`), rows: L.whole(data.rows), runs: L.whole(data.runs), replicates: data.replicates > 1 ? t('method.replicates', { n: L.whole(data.replicates) }) : '', interval: intervalText() });
    L.showTable('factors', { name: t('factors.h'), texts: 4, header: [t('indices.column'), t('factors.kind'), t('factors.sets'), t('factors.values')], rows: data.factors.map((f, i) => [factor(i), t(`factors.${f.role}`), f.key, f.law]) });
    $('provenance').replaceChildren(...[['source', data.source], ...Object.entries(data.provenance)].filter(([, v]) => v !== '' && v !== 0).flatMap(([what, value]) => [element('dt', L.named(what)), element('dd', typeof value === 'number' ? L.brief(value) : String(value))]));
    $('scenario').textContent = data.scenario;
    $('scenario-block').hidden = !data.scenario;
  });
  $('output').addEventListener('change', draw);
})();
