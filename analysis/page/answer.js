// The first screen: one answer in plain words and a picture of how sure it is.
(function () {
  'use strict';
  const L = likvard, { data, $, t } = L, R = L.result, { at } = R;

  function effect(g) {
    const i = at(g, R.lead.m, R.lead.k), half = R.half(g, i), known = data.quantile_levels && Number.isFinite(data.difference_low?.[i]) && Number.isFinite(data.difference_high?.[i]);
    const mean = data.difference[i];
    return { g, mean, half, low: known ? data.difference_low[i] : mean - half, high: known ? data.difference_high[i] : mean + half, known };
  }
  // No more digits than the widest interval beside the number supports, but one that is not zero.
  const digitsOf = (e) => {
    const d = e.known ? L.rangeDecimals(e.low, e.high) : L.decimals(e.half), near = Math.min(Math.abs(e.low), Math.abs(e.high));
    return (e.low > 0 || e.high < 0) && near < 0.5 * 10 ** -d ? Math.min(5, d + 1) : d; // an end beside zero is not shown as zero
  };
  const oneDigit = (x, d) => (x ? Math.max(d, Math.min(5, -Math.floor(Math.log10(Math.abs(x))))) : d);
  const meanDigits = (e) => (Math.abs(e.mean) > e.half ? oneDigit(e.mean, digitsOf(e)) : digitsOf(e));
  function sentence(e) {
    const unit = L.after(R.unit(R.lead.k)), d = digitsOf(e), settled = Math.abs(e.mean) > e.half;
    const range = e.known ? t(e.low > 0 || e.high < 0 ? 'answer.range-sure' : 'answer.range-unsure', { low: L.signed(e.low, d), high: L.signed(e.high, d) }) : '';
    return t(settled ? 'answer.change' : 'answer.none', {
      share: L.percent(data.policies[R.lead.m].share), model: L.lowerFirst(R.policyTitle(R.lead.m)), measure: R.measurePhrase(R.lead.k),
      verb: t(e.mean < 0 ? 'answer.falls' : 'answer.rises'), size: L.fixed(settled ? Math.abs(e.mean) : e.half, oneDigit(settled ? e.mean : e.half, d)), unit, range,
      where: R.G > 1 ? t('answer.where', { place: R.placeLong(e.g) }) : '',
    });
  }

  function drawLead() {
    const list = R.telling().map(effect);
    if (!list.length) { $('answer').textContent = t('answer.nothing'); return; }
    $('answer').textContent = sentence(list[0]);
    const unit = R.unit(R.lead.k), name = (e) => (R.G > 1 ? R.place(e.g) : data.points[0].name), outer = $('answer-chart').clientWidth || 900;
    const domain = d3.extent([0, ...list.flatMap((e) => [e.low, e.high])]), space = 0.05 * (domain[1] - domain[0] || 1), narrow = L.phone(), isWide = (r) => (r.high - r.low) * (Math.min(outer, 760) - (narrow ? 28 : 280)) > 130 * (domain[1] - domain[0]);
    const rows = d3.sort(list, (e) => e.g).map((e) => ({ ...e, name: name(e) }));
    const chart = Plot.plot({
      width: Math.min(outer, 760), height: 66 + (narrow ? 84 : 62) * rows.length, marginLeft: narrow ? 8 : 260, marginRight: 20, marginBottom: 40, style: { fontSize: '13px' },
      x: { label: `${t('answer.axis')}${L.commaUnit(unit)}`, labelAnchor: 'center', labelArrow: 'none', domain: [domain[0] - space, domain[1] + space], ticks: narrow ? 4 : 7, tickFormat: L.tick, grid: true },
      y: { label: null, domain: rows.map((r) => r.name), axis: narrow ? null : 'left', tickSize: 0, tickFormat: (text) => L.shorten(text, 42) },
      marks: [
        narrow ? Plot.text(rows, { y: 'name', x: () => domain[0] - space, text: 'name', textAnchor: 'start', dy: -36 }) : null,
        Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', stroke: L.ink, strokeOpacity: 0.25, strokeWidth: 20 }),
        Plot.ruleX([0], { stroke: L.black, strokeWidth: 1.5 }),
        Plot.dot(rows, { y: 'name', x: 'mean', r: 7, fill: L.ink, stroke: '#fff', strokeWidth: 1.5, title: (r) => `${r.name}: ${L.signed(r.mean, meanDigits(r))}${L.after(unit)}\n${t('chart.between', { low: L.signed(r.low, digitsOf(r)), high: L.signed(r.high, digitsOf(r)) })}`, tip: true }),
        Plot.text(rows, { y: 'name', x: 'mean', text: (r) => L.signed(r.mean, meanDigits(r)), dy: -18, fontWeight: 600 }),
        // The ends' numbers inside a wide band, beside a narrow one.
        ...[true, false].flatMap((wide) => { const some = rows.filter((r) => isWide(r) === wide); return [Plot.text(some, { y: 'name', x: 'low', text: (r) => L.signed(r.low, digitsOf(r)), dy: 20, dx: wide ? 0 : -4, textAnchor: wide ? 'start' : 'end', fill: L.soft }), Plot.text(some, { y: 'name', x: 'high', text: (r) => L.signed(r.high, digitsOf(r)), dy: 20, dx: wide ? 0 : 4, textAnchor: wide ? 'end' : 'start', fill: L.soft })]; }),
      ].filter(Boolean),
    });
    L.show('answer-chart', sentence(list[0]), [chart], {
      name: t('answer.chart'), texts: 1, header: [t('column.place'), `${t('answer.column-mean')}${L.commaUnit(unit)}`, t('answer.column-error'), t('answer.column-low'), t('answer.column-high')],
      rows: rows.map((r) => [r.name, L.cell(r.mean, L.signed(r.mean, L.decimals(r.half))), L.cell(r.half, L.fixed(r.half, L.decimals(r.half))), L.cell(r.low, L.signed(r.low, digitsOf(r))), L.cell(r.high, L.signed(r.high, digitsOf(r)))]),
    });
    const largest = list[0];
    if (largest.known) L.say('answer-note', 'answer.note', { part: R.part(), half: L.fixed(largest.half, L.decimals(largest.half)), unit: L.after(unit) });
    else L.say('answer-note', 'answer.note-bare');
    if (L.has(`answer.unit-${unit}`)) $('answer-note').append(' ', ...L.rich(`answer.unit-${unit}`));
  }

  // A study of power answers another question: can the effect be seen?
  function drawPower() {
    const power = data.power, N = power.pooled.length, T = power.years, wanted = 100 * power.wanted;
    const value = (g, year) => 100 * power.value[g * N * T + year], error = (g, year) => 100 * power.standard_error[g * N * T + year];
    const name = (g) => R.place(g), alone = d3.range(R.G).filter((g) => d3.range(T).some((year) => value(g, year) >= wanted));
    const smallest = d3.least(alone, (g) => data.points[g].pupils);
    const text = smallest === undefined ? t('power.none', { wanted: L.brief(wanted), years: T }) : t('power.some', { wanted: L.brief(wanted), years: T, pupils: L.whole(data.points[smallest].pupils), place: name(smallest) });
    $('answer').textContent = text;
    const rows = d3.range(R.G).map((g) => { const v = value(g, T - 1), h = (data.points[g].t ?? 1.96) * error(g, T - 1); return { name: name(g), value: v, low: Math.max(0, v - h), high: Math.min(100, v + h), half: h, text: `${name(g)}: ${L.withError(v, h)} %` }; });
    const title = t('power.chart', { years: T });
    L.show('answer-chart', title, [L.intervalChart([{ colour: L.ink, shift: 0, points: rows }], rows.map((r) => r.name), { width: Math.min($('answer-chart').clientWidth || 900, 760), label: t('power.axis'), domain: [0, 100], zero: 0, mean: wanted })], {
      name: title, texts: 1, header: [t('column.place'), t('power.axis'), t('answer.column-error')], rows: rows.map((r) => [r.name, L.cell(r.value, L.fixed(r.value, L.decimals(r.half))), L.cell(r.half, L.fixed(r.half, L.decimals(r.half)))]),
    });
    L.say('answer-note', 'power.answer-note', { wanted: L.brief(wanted) });
  }

  L.onDraw(() => {
    const title = L.named(data.title);
    document.title = title;
    $('title').textContent = title;
    $('question').textContent = L.named(data.question);
    $('claim').textContent = data.claim ? t('page.claim', { claim: L.named(data.claim) }) : '';
    $('partial').hidden = data.complete;
    if (R.powerLeads) drawPower(); else drawLead();
  });
})();
