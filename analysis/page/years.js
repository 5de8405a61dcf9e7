// Year by year, with what follow-up adds: drawn where the result has years.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { G, M } = R, years = data.years;
  if (!years) return;
  const policies = d3.range(1, M), last = years.count - 1;

  function draw() {
    const k = +$('years-measure').value, info = R.measureIndex(years.measures[k]), title = R.measureTitle(info), unit = R.unit(info), K = years.measures.length;
    const at = (g, year, m) => ((g * years.count + year) * M + m) * K + k;
    const value = (g, year, m) => years.difference[at(g, year, m)], half = (g, year, m) => (data.points[g].t ?? 1.96) * years.difference_standard_error[at(g, year, m)];
    const number = (g, year, m) => L.fixed(value(g, year, m), L.decimals(half(g, year, m)));
    $('years-text').textContent = R.measureText(info);
    // The model that the answer speaks of beside the same model with another follow-up.
    const lead = R.lead.m, stem = lead < 0 ? '' : R.policyTitle(lead).split('; ')[0], twin = policies.find((m) => R.policyTitle(m).startsWith(`${stem}; `));
    const compared = lead > 0 && twin !== undefined && twin !== lead, follow = (m) => R.policyTitle(m).slice(stem.length + 2);
    $('years-answer').hidden = !compared;
    if (compared) $('years-answer').textContent = t('years.answer', { title, years: years.count, unit: L.after(unit), list: d3.range(G).filter((g) => value(g, last, lead) !== null).map((g) => t('years.answer-one', { place: G > 1 ? `${R.place(g)}: ` : '', a: number(g, last, twin), with: follow(twin), b: number(g, last, lead), without: follow(lead) })).join('; ') });

    const rows = d3.range(G).flatMap((g) => policies.filter((m) => value(g, last, m) !== null).map((m) => ({ g, m, name: R.label(m), x: value(g, last, m), h: half(g, last, m) }))).map((r) => ({ ...r, low: r.x - r.h, high: r.x + r.h }));
    const outer = $('years-last').clientWidth || 900, narrow = L.phone(), columns = narrow ? 1 : Math.min(G, 3), margin = Math.min(300, outer * (narrow ? 0.5 : 0.3)), width = (outer - margin) / columns;
    const label = `${t('effect.axis-y')}${L.commaUnit(unit)}`, domain = d3.extent([0, ...rows.flatMap((r) => [r.low, r.high])].filter(Number.isFinite));
    const grid = element('div', null, { style: `display:grid;grid-template-columns:${margin + width - 12}px repeat(${columns - 1},${width - 12}px);column-gap:12px` });
    d3.range(G).forEach((g, i) => {
      const first = i % columns === 0, here = rows.filter((r) => r.g === g);
      const figure = L.captioned(G > 1 ? R.place(g) : '', Plot.plot({
        width: width - 12 + (first ? margin : 0), height: 48 + 22 * policies.length, marginLeft: first ? margin : 8, marginRight: 8, marginTop: 10, marginBottom: 38, style: { fontSize: '12px' },
        x: { label: unit.length > 12 && width < 320 ? t('effect.axis-y') : label, labelAnchor: 'center', labelArrow: 'none', domain, ticks: 3, tickFormat: L.tick, grid: true },
        y: { label: null, domain: policies.map((m) => R.label(m)), axis: first ? 'left' : null, tickSize: 0, tickFormat: (text) => L.shorten(text, Math.floor(margin / 6.4)) },
        marks: [
          Plot.ruleX([0], { stroke: L.black }),
          Plot.ruleY(here, { y: 'name', x1: 'low', x2: 'high', stroke: L.ink, strokeWidth: 3, strokeOpacity: 0.5 }),
          Plot.dot(here, { y: 'name', x: 'x', r: 4, fill: (r) => (data.policies[r.m].name === data.lead.policy ? L.warm : L.ink), title: (r) => `${r.name}\n${L.withError(r.x, r.h)}${L.after(unit)}`, tip: true }),
        ],
      }));
      if (first) figure.querySelector('figcaption').style.paddingLeft = `${margin}px`;
      grid.append(figure);
    });
    const cells = (r) => [L.cell(r.x, L.fixed(r.x, L.decimals(r.h))), L.cell(r.h, L.fixed(r.h, L.decimals(r.h)))];
    const lastTitle = t('years.last-name', { title, years: years.count });
    L.show('years-last', lastTitle, [grid], { name: lastTitle, texts: 2, header: [t('column.place'), t('column.model'), label, t('answer.column-error')], rows: rows.map((r) => [R.place(r.g), r.name, ...cells(r)]) });

    const lines = d3.range(G).flatMap((g) => policies.flatMap((m) => d3.range(years.count).map((year) => ({ g, m, year: year + 1, y: value(g, year, m) })).filter((r) => r.y !== null)));
    const extent = d3.extent([0, ...lines.map((r) => r.y)]), leads = (m) => data.policies[m].name === data.lead.policy;
    const over = element('div', null, { class: 'grid', style: `--columns:${columns};--narrow:${Math.min(2, columns)}` });
    for (let g = 0; g < G; ++g) over.append(L.captioned(G > 1 ? R.place(g) : '', Plot.plot({
      width: Math.max(150, (narrow ? outer / Math.min(2, G) : outer / columns) - 8), height: 260, marginLeft: 50, marginBottom: 36, style: { fontSize: '12px' },
      x: { label: t('years.axis'), labelAnchor: 'center', labelArrow: 'none', ticks: Math.min(years.count, 6), tickFormat: 'd' },
      y: { label: g ? null : t('effect.axis-y'), domain: extent, ticks: 5, tickFormat: L.tick, grid: true },
      marks: [Plot.ruleY([0], { stroke: L.black }), ...policies.map((m) => Plot.line(lines.filter((r) => r.g === g && r.m === m), { x: 'year', y: 'y', stroke: L.colours[(m - 1) % 8], strokeDasharray: L.dashes[Math.floor((m - 1) / 8) % 8], strokeWidth: leads(m) ? 3 : 1.5, title: () => R.label(m), tip: true }))],
    })));
    const shown = [...new Set([0, Math.floor(last / 2), last])], linesTitle = t('years.lines-name', { title });
    L.show('years-lines', linesTitle, [L.legend(policies.map((m) => [R.label(m), L.colours[(m - 1) % 8], L.dashes[Math.floor((m - 1) / 8) % 8], null, leads(m) ? 3 : 1.5])), over], {
      name: linesTitle, texts: 2, header: [t('column.place'), t('column.model'), ...shown.flatMap((year) => [t('years.column', { year: year + 1 }), t('years.column-error', { year: year + 1 })])],
      rows: d3.range(G).flatMap((g) => policies.map((m) => [R.place(g), R.label(m), ...shown.flatMap((year) => cells({ x: value(g, year, m), h: half(g, year, m) }))])),
    });
  }
  $('years').hidden = false;
  L.onDraw(() => {
    L.options('years-measure', years.measures.map((key, k) => [String(k), R.measureTitle(R.measureIndex(key))]), '0');
    draw();
  });
  $('years-measure').addEventListener('change', draw);
})();
