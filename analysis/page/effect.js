// What each model changes by share, in every place; and, where the result has no [compare], which is best there.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { at, G, M, K } = R;
  const rowOf = (g) => R.others.map((a) => `${R.axisName(a)}: ${R.level(g, a)}`).join(', ');

  function rowsFor(k) {
    return d3.range(G).flatMap((g) => d3.range(1, M).filter((m) => data.difference[at(g, m, k)] !== null).map((m) => {
      const i = at(g, m, k), mean = data.difference[i], h = R.half(g, i);
      return { g, m, name: data.policies[m].name, share: +(100 * data.policies[m].share).toPrecision(3), mean, low: mean - h, high: mean + h, h, from: data.difference_low?.[i], to: data.difference_high?.[i] };
    }));
  }
  function panel(points, k, width, caption, first, extent) {
    const style = R.style, unit = L.after(R.unit(k));
    return L.captioned(caption, Plot.plot({
      width, height: G > 1 ? Math.max(150, Math.min(230, width * 1.15)) : 340, marginLeft: 48, marginRight: 8, marginTop: 26, marginBottom: 34, style: { fontSize: '11px' },
      x: { label: t('effect.axis-x'), labelAnchor: 'center', labelArrow: 'none', domain: [0, 100 * d3.max(R.shares) * 1.03], ticks: width < 200 ? 3 : 5, tickFormat: L.tick },
      y: { label: first ? `${t('effect.axis-y')}${G > 1 ? '' : L.commaUnit(R.unit(k))}` : null, domain: extent, ticks: 4, tickFormat: L.tick, grid: true },
      marks: [
        Plot.ruleY([0], { stroke: L.black }),
        G === 1 && data.difference_low ? Plot.areaY(points.filter((r) => r.name === data.lead.policy), { x: 'share', y1: 'from', y2: 'to', fill: L.colours[style(data.lead.policy)], fillOpacity: 0.08, clip: true }) : null,
        ...R.models.map((name) => Plot.line([{ share: 0, mean: 0 }, ...points.filter((r) => r.name === name)], { x: 'share', y: 'mean', stroke: L.colours[style(name)], strokeDasharray: L.dashes[style(name)], strokeWidth: 1.6 })),
        ...R.models.map((name) => Plot.ruleX(points.filter((r) => r.name === name), { x: 'share', y1: 'low', y2: 'high', stroke: L.colours[style(name)], strokeWidth: 2.5, strokeOpacity: 0.55 })),
        ...R.models.map((name) => Plot.dot(points.filter((r) => r.name === name), {
          x: 'share', y: 'mean', r: 2.6, fill: L.colours[style(name)], symbol: L.symbols[style(name)], tip: true,
          title: (r) => t('effect.hover', { model: R.titleOf(r.name), share: `${L.brief(r.share)} %`, mean: L.signed(r.mean, L.decimals(r.h)), unit, low: L.signed(r.low, L.decimals(r.h)), high: L.signed(r.high, L.decimals(r.h)) }),
        })),
      ].filter(Boolean),
    }));
  }
  function drawEffect() {
    const k = +$('measure').value, all = rowsFor(k), title = R.measureTitle(k);
    $('measure-text').textContent = `${R.measureText(k)} ${t(`effect.${data.measures[k].better}`)}`;
    const extent = d3.extent([0, ...all.flatMap((r) => [r.low, r.high]).filter(Number.isFinite)]);
    const columns = R.axis ? R.axis.levels.length : Math.min(G, 3), outer = $('effect').clientWidth || 900;
    const width = Math.max(140, outer / (L.phone() ? Math.min(2, columns) : columns) - 8);
    const nodes = [L.legend(R.models.map((name) => [R.titleOf(name), L.colours[R.style(name)], L.dashes[R.style(name)], R.style(name)]))];
    for (const [heading, rows] of d3.groups(all, (r) => (R.others.length ? rowOf(r.g) : ''))) {
      if (heading) nodes.push(element('h4', heading));
      const grid = element('div', null, { class: 'grid', style: `--columns:${columns};--narrow:${Math.min(2, columns)}` });
      d3.groups(rows, (r) => r.g).forEach(([g, points], i) => grid.append(panel(points, k, width, G > 1 ? (R.axis ? R.level(g, R.axis) : R.place(g)) : '', i === 0, extent)));
      nodes.push(grid);
    }
    const header = [t('column.place'), t('column.model'), t('effect.column-given'), t('effect.column-change', { unit: L.commaUnit(R.unit(k)) }), t('answer.column-error')];
    if (data.difference_low) header.push(t('effect.column-range-low', { part: R.part() }), t('effect.column-range-high'));
    L.show('effect', t('effect.about', { title }), nodes, {
      name: t('effect.name', { title }), texts: 2, header,
      rows: all.map((r) => [R.place(r.g), R.titleOf(r.name), L.cell(r.share, L.brief(r.share)), L.cell(r.mean, L.signed(r.mean, L.decimals(r.h))), L.cell(r.h, L.fixed(r.h, L.decimals(r.h))), ...(data.difference_low ? [L.cell(r.from, L.signed(r.from, L.rangeDecimals(r.from, r.to))), L.cell(r.to, L.signed(r.to, L.rangeDecimals(r.from, r.to)))] : [])]),
    });
    const leading = all.filter((r) => r.m === R.lead.m), one = d3.greatest(leading, (r) => Math.abs(r.mean));
    $('effect-range').textContent = data.quantile_levels && one && Number.isFinite(one.from)
      ? t('effect.range', { model: R.titleOf(one.name), share: `${L.brief(one.share)} %`, place: R.place(one.g), part: R.part(), low: L.signed(one.from, L.rangeDecimals(one.from, one.to)), high: L.signed(one.to, L.rangeDecimals(one.from, one.to)), unit: L.after(R.unit(k)) }) : '';
  }

  // Standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1.5e-7): enough for whole per cents.
  function phi(z) {
    const u = 1 / (1 + 0.3275911 * Math.abs(z) / Math.SQRT2), x = Math.abs(z) / Math.SQRT2;
    const e = 1 - ((((1.061405429 * u - 1.453152027) * u + 1.421413741) * u - 0.284496736) * u + 0.254829592) * u * Math.exp(-x * x);
    return z < 0 ? (1 - e) / 2 : (1 + e) / 2;
  }
  function bestAt(g, k, share) {
    const direction = data.measures[k].better === 'higher' ? 1 : -1;
    const rows = d3.sort(d3.range(1, M).filter((m) => data.policies[m].share === share && data.difference[at(g, m, k)] !== null)
      .map((m) => ({ m, gain: direction * data.difference[at(g, m, k)], se: data.difference_standard_error[at(g, m, k)], h: R.half(g, at(g, m, k)) })), (r) => -r.gain);
    if (!rows.length) return null;
    const [first, second] = rows;
    return { ...first, change: direction * first.gain, sure: second ? phi((first.gain - second.gain) / Math.hypot(first.se, second.se)) : 1, detectable: first.gain > first.h };
  }
  function drawBest() {
    if (data.decision) return;
    const k = +$('measure').value, share = L.share(), unit = L.after(R.unit(k)), none = data.measures[k].better === 'none' ? 'best.no-direction' : share ? '' : 'best.no-share';
    $('best-lead').textContent = none ? t(none) : t('best.lead', { measure: R.measureTitle(k), share: L.percent(share) });
    if (none) { $('best').replaceChildren(); return; }
    const cells = d3.range(G).map((g) => bestAt(g, k, share)), largest = d3.max(cells, (c) => (c && c.detectable ? Math.abs(c.change) : 0)) || 1;
    const sureText = (c) => t(c.sure > 0.995 ? 'best.sure' : c.sure < 0.6 ? 'best.tied' : 'best.sure-to', { percent: `${Math.round(100 * c.sure)} %` });
    const draw = (g) => {
      const best = cells[g], td = element('td');
      if (!best) { td.textContent = '–'; return td; }
      if (!best.detectable) { td.append(element('strong', t('best.no-model')), element('small', t('best.no-gain'))); return td; }
      td.style.background = d3.interpolateRgb('#f3f7f9', L.ink)(0.06 + 0.44 * Math.abs(best.change) / largest); // never so dark that the text could not be read
      td.append(element('strong', R.policyTitle(best.m)), element('small', `${L.signed(best.change, L.decimals(best.h))}${unit} ± ${L.fixed(best.h, L.decimals(best.h))}`), element('small', sureText(best)));
      return td;
    };
    L.showHeat('best', ...L.placeGrid(draw, t('best.column')), {
      name: t('best.h'), texts: 2, header: [t('column.place'), t('best.column'), t('effect.column-change', { unit: L.commaUnit(R.unit(k)) }), t('answer.column-error'), t('best.column-sure')],
      rows: d3.range(G).map((g) => { const c = cells[g]; return c && c.detectable ? [R.place(g), R.policyTitle(c.m), L.cell(c.change, L.signed(c.change, L.decimals(c.h))), L.cell(c.h, L.fixed(c.h, L.decimals(c.h))), L.cell(100 * c.sure, L.fixed(100 * c.sure, 0))] : [R.place(g), t('best.no-model'), '–', '–', '–']; }),
    });
  }
  // Header and rows of a map over places: the first axis down, the second across; other kinds of places in one column.
  L.placeGrid = (draw, single) => {
    if (!R.axis || data.axes.length > 2) return [[t('column.place'), single], d3.range(G).map((g) => [R.place(g), [draw(g)]])];
    const second = data.axes[1], columns = second ? second.levels : [null];
    return [[R.axisName(R.axis), ...columns.map((level) => (second ? `${R.axisName(second)}: ${R.levelName(level)}` : single))], R.axis.levels.map((level) => [R.levelName(level), columns.map((column) => {
      const g = data.points.findIndex((p) => p.at[R.axis.name] === level && (!second || p.at[second.name] === column));
      return g >= 0 ? draw(g) : element('td', '–');
    })])];
  };
  L.drawBest = drawBest;
  $('best-section').hidden = Boolean(data.decision);
  L.onDraw(() => {
    // Measures that no policy changes (the municipality's segregation, say) have nothing to draw here.
    const changed = d3.range(K).filter((k) => k === R.lead.k || d3.range(G).some((g) => d3.range(1, M).some((m) => Math.abs(data.difference[at(g, m, k)] ?? 0) > 1e-12)));
    L.options('measure', changed.map((k) => [String(k), R.measureTitle(k)]), String(R.lead.k));
    drawEffect();
    drawBest();
  });
  $('measure').addEventListener('change', () => { drawEffect(); drawBest(); });
})();
