// The segregation page: how uneven units are and how much of that is chance.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element, fixed } = L;
  const pupilsOf = (u) => d3.sum(u.counts), total = d3.sum(data.units, pupilsOf), level = L.brief(100 * data.level);
  // Two digits of chance's spread, or of half the interval: the rest is noise.
  const digits = (i) => Math.min(4, L.decimals(i.sd)), wide = (i) => Math.min(4, L.decimals((i.high - i.low) / 2));
  const who = (table) => (table.group ? t('who.one', { group: table.group, share: fixed(100 * table.share, 1) }) : t('who.all'));

  function drawAnswer() {
    const one = (table) => {
      const node = element('p', null, { class: 'answer' }), d = table.rows.find((i) => i.key === 'dissimilarity'), v = table.rows.find((i) => i.key === (table.group ? 'variance_ratio' : 'relative_diversity'));
      if (!table.defined) { node.append(...L.rich('said.undefined', { who: who(table) })); return node; }
      const z = v.z ?? 0, said = z > 3 ? 'clearly' : z > 1.64 ? 'somewhat' : z < -1.64 ? 'even' : 'chance', tenth = L.decimals(50 * (v.high - v.low));
      node.append(...L.rich(`said.${said}`, { who: who(table) }), ...L.rich('said.numbers', { d: fixed(d.value, digits(d)), chance: fixed(d.expected, digits(d)), part: fixed(100 * v.systematic, tenth), low: fixed(100 * v.low, tenth), high: fixed(100 * v.high, tenth), level }));
      return node;
    };
    const nodes = data.tables.map(one);
    if (data.between_districts !== undefined) nodes.push(element('p', t('said.districts', { part: fixed(100 * data.between_districts, 1) })));
    $('answer').replaceChildren(...nodes);
  }

  function unitsOf(g) {
    const P = d3.sum(data.units, (u) => u.counts[g]) / total;
    return data.units.map((u) => {
      const n = pupilsOf(u), sd = total > 1 && n > 0 ? Math.sqrt(P * (1 - P) / n * (total - n) / (total - 1)) : 0, share = n > 0 ? u.counts[g] / n : 0;
      return { name: u.name, n, x: u.counts[g], share, P, low: Math.max(0, P - 1.96 * sd), high: Math.min(1, P + 1.96 * sd) };
    }).filter((u) => u.n > 0).map((u) => ({ ...u, beyond: u.share < u.low || u.share > u.high })).sort((a, b) => b.share - a.share);
  }
  function drawUnits() {
    const g = +$('group').value || 0, units = unitsOf(g), group = data.groups[g], many = units.length > 60, narrow = L.phone(), width = $('units').clientWidth || 900, at = (u, i) => String(i);
    const hover = (u) => t('units.hover', { name: u.name, share: fixed(100 * u.share, 1), pupils: L.whole(u.n), low: fixed(100 * u.low, 1), high: fixed(100 * u.high, 1) });
    const letters = narrow ? 18 : 34, chart = Plot.plot({
      width, marginLeft: many ? 24 : Math.min(narrow ? 136 : 240, 20 + 6.6 * d3.max(units, (u) => Math.min(letters, u.name.length))), marginRight: 16, height: many ? 430 : 74 + 20 * units.length, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: narrow ? t('units.column-share') : t('units.axis', { group }), labelAnchor: 'center', labelArrow: 'none', nice: true, domain: [0, Math.min(100, 105 * d3.max(units, (u) => Math.max(u.share, u.high)))], grid: true, ticks: narrow ? 4 : 8, tickFormat: L.tick },
      r: { range: [2.5, 9], domain: [0, d3.max(units, (u) => u.n)], type: 'sqrt' },
      y: { domain: units.map(at), label: null, tickFormat: (i) => (many ? '' : L.shorten(units[+i].name, letters)), tickSize: 0 },
      marks: [
        Plot.ruleY(units, { y: at, x1: (u) => 100 * u.low, x2: (u) => 100 * u.high, stroke: '#d9dee2', strokeWidth: many ? 3 : 10 }),
        Plot.ruleX([100 * units[0].P], { stroke: L.soft, strokeDasharray: '4 3' }),
        Plot.dot(units, { y: at, x: (u) => 100 * u.share, r: 'n', stroke: L.ink, fill: (u) => (u.beyond ? L.ink : '#fff'), title: hover, tip: true }),
      ],
    });
    L.show('units', t('units.about', { group }), [chart], {
      name: t('units.name', { group }), texts: 1, header: ['unit', 'pupils', 'count', 'share', 'low', 'high'].map((key) => t(`units.column-${key}`)),
      rows: units.map((u) => [u.name, L.cell(u.n, L.whole(u.n)), L.cell(u.x, fixed(u.x, Number.isInteger(u.x) ? 0 : 1)), ...[u.share, u.low, u.high].map((x) => L.cell(100 * x, fixed(100 * x, 1)))]),
    });
  }

  function drawIndices() {
    $('indices').replaceChildren(...data.tables.flatMap((table, k) => [element('h3', table.group ? t('indices.against', { group: table.group }) : t('who.all')), element('div', null, { id: `indices-${k}` })]));
    data.tables.forEach((table, k) => L.showTable(`indices-${k}`, {
      name: t('indices.name', { who: table.group || t('who.all') }), texts: 1, header: [t('indices.column'), t('indices.value'), t('indices.chance'), t('indices.sd'), t('indices.z'), t('indices.systematic'), t('indices.low', { level }), t('answer.column-high'), t('indices.largest')],
      rows: table.rows.map((i) => [L.has(`i.${i.key}`) ? t(`i.${i.key}`) : i.title, ...[[i.value, digits(i)], [i.expected, digits(i)], [i.sd, digits(i)], [i.z, 1], [i.systematic, wide(i)], [i.low, wide(i)], [i.high, wide(i)], [i.largest, Math.min(3, digits(i))]].map(([x, d]) => L.cell(x, fixed(x, d)))]),
    }));
    L.say('indices-note', 'indices.note', { dealings: L.whole(data.dealings) });
  }

  // The program's own lines: where the data are from; hidden cells in the page's language.
  function note(text) {
    const hidden = /^(\d+) hidden cells taken as 5 pupils; all at 1: D ([\d.]+), ε² ([\d.]+); all at 9: D ([\d.]+), ε² ([\d.]+)$/.exec(text);
    if (!hidden) return text;
    const [, n, d1, e1, d9, e9] = hidden;
    return t('page.hidden', { n, d1: fixed(+d1, 3), e1: fixed(+e1, 3), d9: fixed(+d9, 3), e9: fixed(+e9, 3) });
  }
  const alone = data.groups.length === 2 ? data.groups.slice(0, 1) : data.groups;
  L.onDraw(() => {
    document.title = $('title').textContent = t('page.title');
    $('size').textContent = t('page.size', { units: L.whole(data.units.length), pupils: L.whole(total) });
    $('notes').replaceChildren(...data.notes.map((text) => element('li', note(text))));
    L.options('group', alone.map((name, g) => [String(g), name]), '0');
    $('group-control').hidden = alone.length < 2;
    drawAnswer();
    drawUnits();
    drawIndices();
  });
  $('group').addEventListener('change', drawUnits);
})();
