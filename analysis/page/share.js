// A slider over the shares that were simulated: what it means for each school's money and for the expected outcome.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, { at } = R;
  if (!R.shares.length || R.M < 2) { $('share-section').hidden = true; L.share = () => 0; return; }

  const model = () => $('money-policy').value;
  // Shares of the chosen model, with money per head at the left end.
  const stops = () => [0, ...R.shares.filter((s) => R.policyAt(model(), s) > 0)];
  L.share = () => stops()[+$('share').value] ?? 0;

  function facts(g, m) {
    const node = (value, text, more) => { const box = element('div'); box.append(element('strong', value), element('span', text)); if (more) box.append(element('small', more)); return box; };
    const k = R.lead.k, i = at(g, m, k), half = R.half(g, i), unit = L.after(R.unit(k)), out = [];
    if (data.difference[i] !== null) {
      const part = m && data.quantile_levels && Number.isFinite(data.difference_low?.[i]), low = data.difference_low?.[i], high = data.difference_high?.[i];
      const d = part ? L.rangeDecimals(low, high) : m ? L.decimals(half) : 1;
      out.push(node(`${m ? L.signed(data.difference[i], d) : '0'}${unit.replace('\u00a0', ' ')}`, R.measureTitle(k), part ? t('share.fact-outcome-text', { part: R.part(), low: L.signed(low, d), high: L.signed(high, d) }) : ''));
      out.at(-1).append(element('small', t('share.fact-level', { now: L.fixed(data.mean[i], d), before: L.fixed(data.mean[at(g, 0, k)], d) })));
    }
    for (const [key, text] of [['share_moved', 'share.fact-moved'], ['pupils_gaining', 'share.fact-gain'], ['pupils_losing', 'share.fact-lose']]) {
      const j = R.measureIndex(key);
      if (j >= 0 && data.mean[at(g, m, j)] !== null) out.push(node(`${L.fixed(data.mean[at(g, m, j)], key === 'share_moved' ? 1 : 0)}\u00a0%`, t(text)));
    }
    $('share-facts').replaceChildren(...out);
  }

  function money(g, m) {
    const units = data.units[g], budget = data.points[g].budget_per_pupil;
    if (!units) { $('money').replaceChildren(element('p', t('money.no-replicate'))); $('money-answer').textContent = ''; return; }
    const post = +$('post').value > 0 ? +$('post').value : 0, S = units.pupils.length;
    let rows = d3.range(S).map((s) => {
      const over = units.money[m * S + s] - 1;
      return { s, pupils: units.pupils[s], need: units.need[s], kr: budget * over, percent: 100 * over, total: budget * over * units.pupils[s] };
    });
    rows = d3.sort(rows, (r) => -r.need);
    let below = 0;
    rows = rows.map((r, place) => ({ ...r, name: units.name ? units.name[r.s] : t('money.unit', { s: place + 1 }), posts: post ? r.total / post : null, x1: below, x2: (below += r.pupils) }));
    const kr = (x) => L.wholeSigned(10 * Math.round(x / 10)), large = (x) => { const step = Math.abs(x) >= 1000 ? 10 ** (Math.floor(Math.log10(Math.abs(x))) - 2) : 1; return L.wholeSigned(step * Math.round(x / step)); }; // three figures
    const most = d3.greatest(rows, (r) => r.kr), least = d3.least(rows, (r) => r.kr), noticed = 0.0005 * budget;
    $('money-answer').textContent = most.kr < noticed ? t('money.per-head') : t(post ? 'money.answer' : 'money.answer-bare', {
      all: S, gain: rows.filter((r) => r.kr > noticed).length, lose: rows.filter((r) => r.kr < -noticed).length, best: most.name, most: kr(most.kr), mostTotal: large(most.total), mostPosts: L.signed(most.posts, 1),
      worst: least.name, least: kr(least.kr), leastTotal: large(least.total), leastPosts: L.signed(least.posts, 1),
    });
    const width = $('money').clientWidth || 900, narrow = width < 500;
    const hover = (r) => t('money.hover', { name: r.name, pupils: L.whole(r.pupils), need: L.fixed(r.need, 2), kr: L.wholeSigned(r.kr), percent: L.signed(r.percent, 1), total: large(r.total) });
    // One scale for all shares, so that dragging shows money grow.
    const all = R.shares.map((s) => R.policyAt(model(), s)).filter((i) => i > 0).flatMap((i) => d3.range(S).map((s) => budget * (units.money[i * S + s] - 1)));
    const domain = d3.extent([0, ...all]).map((v) => v * 1.12), fill = { fill: (r) => (r.kr < 0 ? L.warm : L.ink), fillOpacity: (r) => (r.kr < 0 ? 0.6 : 1), title: hover, tip: true };
    const chart = S <= 60
      ? Plot.plot({
        width, height: 52 + 22 * S, marginLeft: narrow ? 128 : 230, marginRight: narrow ? 30 : 60, marginBottom: 38, style: { fontSize: '12px' },
        x: { label: t('money.axis'), labelAnchor: 'center', labelArrow: 'none', grid: true, domain, ticks: narrow ? 3 : 6, tickFormat: L.tick },
        y: { label: null, domain: rows.map((r) => r.s), tickSize: 0, tickFormat: (s) => L.shorten(rows.find((r) => r.s === s).name, narrow ? 18 : 36) },
        marks: [Plot.barX(rows, { y: 's', x: 'kr', ...fill }), Plot.ruleX([0]),
          Plot.text(rows, { y: 's', x: (r) => Math.max(0, r.kr), text: (r) => kr(r.kr), dx: 4, textAnchor: 'start' })],
      })
      : Plot.plot({
        width, height: 330, marginLeft: 62, marginBottom: 40, style: { fontSize: '12px' },
        x: { label: t('money.axis-order'), labelAnchor: 'center', labelArrow: 'none', tickFormat: L.whole, ticks: narrow ? 3 : 6 },
        y: { label: t('money.axis'), grid: true, domain, tickFormat: L.tick },
        marks: [Plot.rectY(rows, { x1: 'x1', x2: 'x2', y: 'kr', ...fill, stroke: '#fff', strokeWidth: 0.5 }), Plot.ruleY([0])],
      });
    L.show('money', t('money.about', { policy: `${R.policyTitle(m)}, ${L.percent(data.policies[m].share)}`, place: R.place(g) }), [chart], {
      name: t('money.chart'), texts: 1, header: [t('column.unit'), t('column.pupils'), t('money.column-need'), t('money.column-kr'), t('money.column-percent'), t('money.column-total'), t('money.column-posts')],
      rows: rows.map((r) => [r.name, L.cell(r.pupils, L.whole(r.pupils)), L.cell(r.need, L.fixed(r.need, 2)), L.cell(r.kr, L.wholeSigned(r.kr)), L.cell(r.percent, L.signed(r.percent, 1)), L.cell(r.total, large(r.total)), L.cell(r.posts, L.signed(r.posts, 2))]),
    });
    L.say('money-note', units.name ? 'money.note-own' : 'money.note-class', { model: R.policyTitle(m), share: L.percent(data.policies[m].share), budget: L.whole(budget) });
  }

  function moved(m) {
    const half = (g, k) => (data.points[g].t ?? 1.96) * data.standard_error[at(g, m, k)], columns = [['share_moved', 'moved.moved'], ['misallocated', 'moved.misplaced'], ['money_gap', 'moved.gap']].map(([key, text]) => [R.measureIndex(key), text]).filter(([k]) => k >= 0);
    $('moved-block').hidden = R.measureIndex('share_moved') < 0;
    if ($('moved-block').hidden) return;
    L.showTable('moved', {
      name: t('moved.name'), texts: 1, header: [t('column.place'), t('moved.given'), ...columns.map(([, text]) => t(text))],
      rows: d3.range(R.G).map((g) => [R.place(g), L.cell(100 * data.policies[m].share, L.brief(100 * data.policies[m].share)), ...columns.map(([k]) => L.cell(data.mean[at(g, m, k)], L.fixed(data.mean[at(g, m, k)], Math.min(2, L.decimals(half(g, k))))))]),
    });
  }

  function drawShare() {
    const slider = $('share'), list = stops(), share = L.share(), m = Math.max(0, share ? R.policyAt(model(), share) : 0), g = +$('money-point').value;
    slider.setAttribute('aria-valuetext', L.percent(share));
    $('share-shown').textContent = share ? L.percent(share) : t('share.zero');
    $('share-marks').replaceChildren(...list.map((_, i) => element('option', null, { value: i })));
    L.remember('share', share);
    L.remember('model', model());
    L.remember('place', g);
    facts(g, m);
    money(g, m);
    moved(m);
  }
  // Another model may have other shares: the nearest of them.
  function fit(share) {
    const list = stops();
    $('share').max = list.length - 1;
    $('share').value = d3.leastIndex(list, (s) => Math.abs(s - share));
  }
  L.drawShare = drawShare;
  if (data.cost_per_post) $('post').value = $('post').defaultValue = data.cost_per_post;
  let wanted = L.state.has('share') ? +L.state.get('share') || 0 : R.lead.m > 0 ? data.policies[R.lead.m].share : R.shares[0];
  L.onDraw(() => {
    const first = R.telling()[0] ?? 0, from = (key, otherwise) => L.state.get(key) ?? otherwise;
    const source = data.assumptions.find((a) => a.key === 'answer.cost_per_post')?.source;
    L.say('post-note', !data.cost_per_post ? 'money.post-none' : source ? 'money.post-source' : 'money.post-own', { source: source && L.named(source) });
    L.options('money-policy', R.models.map((name) => [name, R.titleOf(name)]), from('model', R.lead.m > 0 ? data.lead.policy : R.models[0]));
    L.options('money-point', d3.range(R.G).map((g) => [String(g), R.place(g)]), from('place', String(first)));
    fit(wanted);
    $('share-note').textContent = t('share.note', { list: stops().map(L.percent).join(', ') });
    drawShare();
  });
  const changed = (refit) => { if (refit) fit(wanted); else wanted = L.share(); drawShare(); L.drawBest?.(); };
  $('share').addEventListener('input', () => changed(false));
  $('money-policy').addEventListener('change', () => { $('share-note').textContent = t('share.note', { list: stops().map(L.percent).join(', ') }); changed(true); });
  $('money-point').addEventListener('change', drawShare);
  $('post').addEventListener('change', drawShare);
})();
