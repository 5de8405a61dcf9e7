// Segregation beside what chance alone gives; how the result was made.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { at, G } = R;

  function drawChance() {
    const d = R.measureIndex('dissimilarity'), c = R.measureIndex('dissimilarity_by_chance'), z = R.measureIndex('variance_ratio_z');
    const places = d3.range(G).filter((g) => d >= 0 && c >= 0 && data.mean[at(g, 0, d)] > 0);
    $('chance').hidden = !places.length;
    if (!places.length) return;
    const rows = places.map((g) => ({ g, name: R.place(g), d: data.mean[at(g, 0, d)], c: data.mean[at(g, 0, c)], se: data.standard_error[at(g, 0, d)] })).map((r) => ({ ...r, part: r.c / r.d }));
    const percent = (x) => `${L.fixed(100 * Math.max(0, Math.min(1, x)), 0)} %`, low = d3.least(rows, (r) => r.part), high = d3.greatest(rows, (r) => r.part);
    if (percent(low.part) === percent(high.part)) {
      const clear = z >= 0 ? data.mean[at(rows[0].g, 0, z)] : null;
      $('chance-answer').textContent = t('chance.answer-one', { d: L.fixed(rows[0].d, 2), c: L.fixed(rows[0].c, 2), part: percent(1 - rows[0].part), z: clear === null ? '' : t(clear > 2 ? 'chance.z-clear' : 'chance.z-unclear', { z: L.fixed(clear, 1) }) });
    } else $('chance-answer').textContent = t('chance.answer-many', { low: percent(low.part), placeLow: low.name, high: percent(high.part), placeHigh: high.name });
    const points = rows.map((r) => ({ name: r.name, value: r.d, low: r.d - 1.96 * r.se, high: r.d + 1.96 * r.se, text: `${r.name}\nD ${L.fixed(r.d, 3)}; ${t('chance.column-c')} ${L.fixed(r.c, 3)}` }));
    L.show('chance-chart', t('chance.h'), [L.intervalChart([{ colour: L.ink, shift: 0, points }], rows.map((r) => r.name), {
      width: Math.min($('chance-chart').clientWidth || 900, 860), label: t('chance.axis'), domain: [0, 1.06 * d3.max(rows, (r) => Math.max(r.d, r.c))], zero: 0, bars: rows.map((r) => ({ name: r.name, x1: 0, x2: r.c })),
    })], { name: t('chance.chart'), texts: 1, header: [t('column.place'), t('chance.column-d'), t('chance.column-se'), t('chance.column-c')], rows: rows.map((r) => [r.name, L.cell(r.d, L.fixed(r.d, L.decimals(r.se))), L.cell(r.se, L.fixed(r.se, L.decimals(r.se))), L.cell(r.c, L.fixed(r.c, L.decimals(r.se)))]) });
  }

  L.onDraw(() => {
    drawChance();
    L.say('no-quality', data.years?.follow_up ? 'method.quality-assumed' : 'method.no-quality');
    $('one-state').hidden = Boolean(data.years);
    $('assumptions').replaceChildren(L.scroll(t('method.assumptions-h'), L.table([t('method.what'), t('method.value'), t('method.source')], data.assumptions.map((a) => [((key) => (a.key.startsWith('outcome.') && L.has(key) ? `${t(key)} (${a.key})` : a.key))(`p.${a.key.replace('outcome.', '')}`), `${a.value}${a.unit ? ` ${a.unit}` : ''}`, L.named(a.source)]), 3)));
    $('measures').replaceChildren(...data.measures.flatMap((m, k) => [element('dt', `${R.measureTitle(k)} (${m.key}${L.commaUnit(m.unit)})`), element('dd', R.measureText(k))]));
    $('provenance').replaceChildren(...data.provenance.flatMap(([what, value]) => [element('dt', L.named(what)), element('dd', L.named(value))]));
    $('scenario').textContent = data.scenario;
  });
})();
