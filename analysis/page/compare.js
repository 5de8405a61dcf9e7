// Two runs side by side: their answers, what differs, every model and measure that both have.
(function () {
  'use strict';
  const L = likvard, { data, $, t, fixed, signed } = L, [A, B] = data.runs;
  const G = data.points.length, M = data.policies.length, K = data.measures.length, at = (g, m, k) => (g * M + m) * K + k;
  const titleOf = (key, otherwise) => (L.language() === 'sv' && L.has(`m.${key}`) ? t(`m.${key}`) : L.wording(otherwise));
  const measure = (k) => titleOf(data.measures[k].key, data.measures[k].title);
  const policy = (m) => (m ? t('answer.policy', { title: L.named(data.policies[m].title), share: L.percent(data.policies[m].share) }) : L.named(data.policies[m].title));
  const place = (g) => { const p = data.points[g], names = data.axes.map((a) => p.at[a]).filter(Boolean); return names.length ? names.map(L.named).join(', ') : L.named(p.name); };
  const digits = (half) => (half > 0 ? Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(half)))) : 3); // small measures have small errors: more than L.decimals
  const cells = (x, half) => [L.cell(x, fixed(x, digits(half))), L.cell(half, half > 0 ? fixed(half, digits(half)) : '0')];
  // Of a difference between the runs: independent luck, or the widest that it could be.
  const together = (a, b) => (data.independent ? Math.hypot(a, b) : a + b);

  function drawAnswer() {
    const d = data.answer;
    if (!d) { $('answer').textContent = t('answer.none'); $('answer-chart').replaceChildren(); $('answer-note').replaceChildren(); return; }
    const [a, b] = d.of, unit = L.after(d.unit), digits = L.decimals(d.half || Math.max(a.half, b.half)), said = a.value === b.value ? 'equal' : Math.abs(d.difference) > d.half ? 'differs' : 'same';
    const model = (one) => t('answer.policy', { title: L.lowerFirst(L.named(one.policy)), share: L.percent(one.share) }), phrase = L.has(`mp.${d.measure}`) ? t(`mp.${d.measure}`) : t('measure.phrase', { title: L.lowerFirst(titleOf(d.measure, d.title)) });
    const sameMark = data.axes.length || a.place !== b.place ? t('answer.where', { place: a.place === b.place ? L.named(a.place) : `A: ${L.named(a.place)}; B: ${L.named(b.place)}` }) : '';
    $('answer').textContent = t(`answer.${said}`, { difference: signed(d.difference, digits), half: fixed(d.half, digits), measure: phrase, a: signed(a.value, digits), b: signed(b.value, digits), unit, policyA: model(a), policyB: model(b), where: sameMark });
    const rows = [[t('answer.a', { name: A.name }), a.value, a.half], [t('answer.b', { name: B.name }), b.value, b.half], [t('answer.difference'), d.difference, d.half]].map(([name, value, half]) => ({ name, value, half, low: value - half, high: value + half, text: `${name}: ${L.withError(value, half)}${unit}` }));
    const series = [{ colour: L.ink, shift: 0, points: rows.slice(0, 2) }, { colour: L.warm, symbol: 'square', shift: 0, points: rows.slice(2) }];
    L.show('answer-chart', $('answer').textContent, [L.intervalChart(series, rows.map((r) => r.name), { width: Math.min($('answer-chart').clientWidth || 900, 760), label: `${t('answer.axis')}${L.commaUnit(d.unit)}`, domain: L.extent(series, [0]), zero: 0 })], {
      name: t('answer.chart'), texts: 1, header: [t('answer.row'), `${t('answer.axis')}${L.commaUnit(d.unit)}`, t('answer.column-error')], rows: rows.map((r) => [r.name, ...cells(r.value, r.half)]),
    });
    L.say('answer-note', 'answer.note', { how: t(data.independent ? 'answer.independent' : 'answer.bound') });
  }

  function drawKeys() {
    const shown = (value) => (value === null ? t('keys.unset') : value), span = (list) => (list.length ? L.brief(d3.min(list), 9) + (d3.min(list) < d3.max(list) ? `–${L.brief(d3.max(list), 9)}` : '') : '–');
    const own = [
      A.seed !== B.seed && [t('keys.seed'), A.seed, B.seed], span(A.replicates) !== span(B.replicates) && [t('keys.replicates'), span(A.replicates), span(B.replicates)], A.program !== B.program && [t('keys.program'), A.program, B.program],
      ...[['points', G], ['policies', M], ['measures', K]].map(([key, both]) => (A[key] !== both || B[key] !== both) && [t(`keys.${key}`), t('keys.same-of', { n: A[key], both }), t('keys.same-of', { n: B[key], both })]),
    ].filter(Boolean);
    const twice = [A.seed !== B.seed && 'run.seed', span(A.replicates) !== span(B.replicates) && 'run.replicates'];
    const rows = [...own, ...data.differences.filter(([key]) => !twice.includes(key)).map(([key, a, b]) => [key, shown(a), shown(b)])];
    $('keys-answer').textContent = !rows.length ? t('keys.none') : rows.length === 1 ? t('keys.one') : t('keys.some', { n: rows.length });
    if (rows.length) L.showTable('keys', { name: t('keys.h'), texts: 3, header: [t('keys.key'), `A: ${A.name}`, `B: ${B.name}`], rows });
    else $('keys').replaceChildren();
  }

  const half = (run, g, i, of) => (run.t[g] ?? 1.96) * run[of][i];
  function drawPolicies() {
    const k = +$('measure').value, g = +$('place').value, info = data.measures[k], unit = L.after(info.unit), name = t('policies.name', { measure: measure(k) });
    $('measure-text').textContent = L.language() === 'sv' && L.has(`md.${info.key}`) ? t(`md.${info.key}`) : L.wording(info.description);
    const rows = d3.range(1, M).map((m) => ({ m, i: at(g, m, k), name: policy(m) })).filter(({ i }) => A.difference[i] !== null && B.difference[i] !== null);
    const side = (run, colour, symbol, shift) => ({ colour, symbol, shift, points: rows.map((r) => { const x = run.difference[r.i], h = half(run, g, r.i, 'difference_standard_error'); return { name: r.name, value: x, low: x - h, high: x + h, text: `${run.name}\n${r.name}: ${L.withError(x, h)}${unit}` }; }) });
    const series = [side(A, L.ink, 'circle', -5), side(B, L.warm, 'square', 5)];
    const header = [t('column.model'), t('column.a'), t('answer.column-error'), t('column.b'), t('answer.column-error'), t('column.difference'), t('answer.column-error')];
    L.show('policies', t('policies.about', { measure: measure(k), place: place(g) }), rows.length ? [L.legend([[`A: ${A.name}`, L.ink, null, 0], [`B: ${B.name}`, L.warm, null, 1]]), L.intervalChart(series, rows.map((r) => r.name), { width: $('policies').clientWidth || 900, label: `${t('answer.axis')}${L.commaUnit(info.unit)}`, domain: L.extent(series, [0]), zero: 0 })] : [], {
      name, texts: 1, header, rows: rows.map(({ i, name: model }) => { const a = half(A, g, i, 'difference_standard_error'), b = half(B, g, i, 'difference_standard_error'); return [model, ...cells(A.difference[i], a), ...cells(B.difference[i], b), ...cells(B.difference[i] - A.difference[i], together(a, b))]; }),
    });
    L.say('policies-note', 'policies.note');
  }
  function drawMeasures() {
    const m = +$('policy').value, g = +$('place').value, rows = d3.range(K).map((k) => ({ k, i: at(g, m, k) })).filter(({ i }) => A.mean[i] !== null && B.mean[i] !== null);
    L.showTable('measures', {
      name: t('measures.name', { policy: policy(m), place: place(g) }), texts: 1, header: [t('measures.column'), t('column.a'), t('answer.column-error'), t('column.b'), t('answer.column-error'), t('column.difference'), t('answer.column-error'), t('measures.unit')],
      rows: rows.map(({ k, i }) => { const a = half(A, g, i, 'standard_error'), b = half(B, g, i, 'standard_error'); return [measure(k), ...cells(A.mean[i], a), ...cells(B.mean[i], b), ...cells(B.mean[i] - A.mean[i], together(a, b)), L.unitName(data.measures[k].unit)]; }),
    });
    L.say('measures-note', 'measures.note');
  }

  L.onDraw(() => {
    document.title = $('title').textContent = A.title === B.title ? L.named(A.title) : `${L.named(A.title)} / ${L.named(B.title)}`;
    $('files').textContent = t('page.files', { a: A.name, b: B.name });
    $('partial').hidden = A.complete && B.complete;
    drawAnswer();
    drawKeys();
    const common = G > 0 && M > 0 && K > 0;
    $('measures-section').hidden = !common;
    $('policies-section').hidden = !common || M < 2;
    L.say('method-error', data.answer ? (data.independent ? 'answer.independent' : 'answer.bound') : 'policies.none');
    $('method-error').hidden = common && !data.answer;
    if (common) {
      const lead = Math.max(0, data.measures.findIndex((x) => x.key === data.answer?.measure));
      L.options('measure', d3.range(K).map((k) => [String(k), measure(k)]), String(lead));
      L.options('place', d3.range(G).map((g) => [String(g), place(g)]), '0');
      L.options('policy', d3.range(M).map((m) => [String(m), policy(m)]), String(Math.min(1, M - 1)));
      if (M > 1) drawPolicies();
      drawMeasures();
    }
    L.showTable('origin', { name: t('method.origin-h'), texts: 3, header: [t('keys.key'), `A: ${A.name}`, `B: ${B.name}`], rows: ['program', 'seed', 'made', 'command'].map((key) => [t(key === 'program' || key === 'seed' ? `keys.${key}` : `origin.${key}`), A[key], B[key]]) });
  });
  $('measure').addEventListener('change', drawPolicies);
  $('place').addEventListener('change', () => { drawPolicies(); drawMeasures(); });
  $('policy').addEventListener('change', drawMeasures);
})();
