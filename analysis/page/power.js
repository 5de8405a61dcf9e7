// Can a municipality see whether it works? Drawn where the result has power.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { G } = R, power = data.power;
  if (!power) return;
  const N = power.pooled.length, T = power.years, at = (g, k, year) => (g * N + k) * T + year, wanted = 100 * power.wanted;

  $('power').hidden = false;
  L.onDraw(() => {
    const name = R.place;
    const rows = d3.range(G).flatMap((g) => d3.range(T).map((year) => ({ g, year: year + 1, y: 100 * power.value[at(g, 0, year)] })));
    const pools = d3.range(G).flatMap((g) => d3.range(N).map((k) => ({ g, pooled: power.pooled[k], y: 100 * power.value[at(g, k, T - 1)] })));
    const outer = $('power-charts').clientWidth || 900, width = L.phone() ? outer : outer / 2 - 8;
    const common = { width, height: 320, marginLeft: 44, marginRight: 14, marginBottom: 38, style: { fontSize: '12px' }, y: { label: t('power.axis'), domain: [0, 100], grid: true, tickFormat: L.tick } };
    const marks = (list, x) => [
      Plot.ruleY([wanted], { stroke: '#8a3b00', strokeDasharray: '4 3' }),
      ...d3.range(G).map((g) => Plot.line(list.filter((r) => r.g === g), { x, y: 'y', stroke: L.colours[g % 8], strokeDasharray: L.dashes[g % 8], strokeWidth: 2, title: (r) => `${name(g)}: ${L.fixed(r.y, 1)} %`, tip: true })),
      ...d3.range(G).map((g) => Plot.dot(list.filter((r) => r.g === g), { x, y: 'y', r: 2.5, fill: L.colours[g % 8] })),
    ];
    const axis = (text) => ({ label: text, labelAnchor: 'center', labelArrow: 'none', tickFormat: 'd' });
    const row = element('div', null, { class: 'row' });
    row.append(
      L.captioned(power.pooled[0] === 1 ? t('power.one') : t('power.several', { n: power.pooled[0] }), Plot.plot({ ...common, x: { ...axis(t('power.axis-years')), ticks: Math.min(T, 10) }, marks: marks(rows, 'year') })),
      L.captioned(t('power.pooled', { years: T }), Plot.plot({ ...common, x: { ...axis(t('power.axis-pooled')), type: 'log', ticks: power.pooled }, marks: marks(pools, 'pooled') })));
    L.say('power-text', 'power.text', { level: L.brief(100 * power.level), policy: L.lowerFirst(L.named(power.policy)), share: L.percent(power.share), effect: L.brief(power.effect), before: power.years_before, wanted: L.brief(wanted) });
    const enough = (g, k) => d3.range(T).find((year) => 100 * power.value[at(g, k, year)] >= wanted);
    const shown = [...new Set([0, 1, 3, T - 1].filter((year) => year < T))], both = (i) => { const d = L.decimals(100 * power.standard_error[i]); return [L.cell(100 * power.value[i], L.fixed(100 * power.value[i], d)), L.cell(100 * power.standard_error[i], L.fixed(100 * power.standard_error[i], d))]; };
    L.show('power-charts', t('power.name'), [L.legend(d3.range(G).map((g) => [name(g), L.colours[g % 8], L.dashes[g % 8], null])), row], {
      name: t('power.name'), texts: 1, header: [t('column.place'), t('power.axis-pooled'), t('power.axis-years'), t('power.axis'), t('power.column-error')],
      rows: d3.range(G).flatMap((g) => d3.range(N).flatMap((k) => d3.range(T).map((year) => [name(g), L.cell(power.pooled[k], L.whole(power.pooled[k])), L.cell(year + 1, String(year + 1)), ...both(at(g, k, year))]))),
    });
    L.showTable('power-table', {
      name: t('power.h'), texts: 1, header: [t('column.place'), t('column.pupils'), ...shown.map((year) => t('power.column-years', { n: year + 1 })), t('power.column-more'), t('power.column-enough')],
      rows: d3.range(G).map((g) => {
        const k = d3.range(N).find((i) => enough(g, i) !== undefined), end = at(g, 0, T - 1), more = 100 * (power.value[end] - power.value[end - 1]);
        return [name(g), L.cell(data.points[g].pupils, L.whole(data.points[g].pupils)), ...shown.map((year) => L.cell(100 * power.value[at(g, 0, year)], L.fixed(100 * power.value[at(g, 0, year)], Math.min(1, L.decimals(100 * power.standard_error[at(g, 0, year)]))))), T > 1 ? L.cell(more, L.signed(more, 1)) : '–', k === undefined ? t('power.over', { n: power.pooled[N - 1] }) : t('power.enough', { n: power.pooled[k], year: enough(g, k) + 1 })];
      }),
    });
  });
})();
