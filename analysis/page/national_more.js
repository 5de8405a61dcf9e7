// What the national page shows beside verdicts and backcast: thresholds and their sources, synthetic beside real.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element, fixed } = L, { reader, verdictOf, upperFirst, both, unitOf } = L.national;
  const verdicts = data.verdicts || [], beside = data.beside || [];
  const answers = verdicts.flatMap((v, i) => v.answers.map((a) => ({ v, i, a })));

  function drawThresholds() {
    const rows = answers.filter(({ a }) => a.why);
    $('s-thresholds').hidden = !rows.length;
    if (!rows.length) return;
    L.showTable('thresholds', {
      name: t('thresholds.h'), texts: 5, header: ['table.number', 'table.claim', 'thresholds.value', 'thresholds.why', 'thresholds.other'].map((key) => t(key)),
      rows: rows.map(({ v, i, a }) => [String(i + 1), upperFirst(L.named(a.title)), `${L.brief(a.matters)}\u00a0${unitOf(a.unit)}`.trimEnd(), L.named(a.why), reader(both(a.other_threshold, a.other_threshold_sv) || '–', v)]),
    });
  }

  // The two runs answer the same questions in the same order.
  function drawBeside() {
    $('s-beside').hidden = !beside.length;
    if (!beside.length) return;
    const most = 5, width = Math.min($('beside').clientWidth || 760, 860);
    const rows = beside.map((b, k) => ({ ...b, name: `${answers[k].i + 1}. ${upperFirst(L.named(answers[k].a.title))}`, known: b.standard_error > 0, far: b.difference / b.standard_error }));
    const known = rows.filter((r) => r.known), same = rows.filter((r) => r.synthetic_verdict === r.real_verdict).length;
    $('beside-answer').textContent = t('beside.answer', { same, all: rows.length, within: known.filter((r) => r.within).length, known: known.length });
    const digits = (r) => L.decimals(r.standard_error), number = (x, r) => L.cell(x, x === null ? '–' : r.known ? fixed(x, digits(r)) : L.brief(x));
    const points = (within) => known.filter((r) => r.within === within).map((r) => ({ name: r.name, value: Math.max(-most, Math.min(most, r.far)), low: 0, high: 0, text: t('beside.hover', { name: r.name, synthetic: fixed(r.synthetic, digits(r)), real: fixed(r.real, digits(r)), far: fixed(r.far, 1) }) }));
    const chart = known.length ? [L.intervalChart([{ colour: L.ink, hollow: true, points: points(true) }, { colour: L.ink, points: points(false) }].filter((s) => s.points.length), known.map((r) => r.name), { width, label: t('beside.axis', { most }), domain: [-most - 0.2, most + 0.2], zero: 0, bars: known.map((r) => ({ name: r.name, x1: -2, x2: 2 })) })] : [];
    L.show('beside', t('beside.about'), chart, {
      name: t('beside.h'), texts: 3, header: ['table.claim', 'beside.verdict-synthetic', 'beside.verdict-real', 'beside.synthetic', 'beside.real', 'beside.difference', 'beside.error'].map((key) => t(key)),
      rows: rows.map((r) => [r.name, verdictOf({ verdict: r.synthetic_verdict }), verdictOf({ verdict: r.real_verdict }), number(r.synthetic, r), number(r.real, r), number(r.difference, r), number(r.standard_error, r)]),
    });
  }
  L.onDraw(() => { drawThresholds(); drawBeside(); });
})();
