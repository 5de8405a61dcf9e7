// Draws the segregation page. Everything that comes from the user's file is set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const ink = '#0b4f6c', grey = '#d9dee2';

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  const group = (x) => Math.round(x).toString().replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  const fixed = (x, digits) => (x === null ? '–' : x.toFixed(digits).replace('-', '−'));

  function table(header, rows) {
    const node = element('table'), head = element('tr'), body = element('tbody');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: c ? 'num' : 'text' })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: c ? 'num' : 'text' })));
      body.append(line);
    }
    node.append(body);
    return node;
  }

  const total = data.units.reduce((sum, u) => sum + u.counts.reduce((a, b) => a + b, 0), 0);
  function unitsOf(g) {
    const members = data.units.reduce((sum, u) => sum + u.counts[g], 0), P = members / total;
    return data.units.map((u) => {
      const n = u.counts.reduce((a, b) => a + b, 0);
      const sd = total > 1 && n > 0 ? Math.sqrt(P * (1 - P) / n * (total - n) / (total - 1)) : 0;
      const share = n > 0 ? u.counts[g] / n : 0;
      return { name: u.name, n, x: u.counts[g], share, P, low: Math.max(0, P - 1.96 * sd), high: Math.min(1, P + 1.96 * sd) };
    }).filter((u) => u.n > 0).map((u) => ({ ...u, beyond: u.share < u.low || u.share > u.high })).sort((a, b) => b.share - a.share);
  }

  function drawUnits(g) {
    const units = unitsOf(g), many = units.length > 60, wide = Math.min(960, Math.max(320, $('units').clientWidth || 900));
    const shorten = (name) => (name.length > 34 ? `${name.slice(0, 33)}…` : name);
    const names = units.map((u, i) => `${i}`);
    const common = {
      width: wide, marginLeft: many ? 40 : Math.min(240, 20 + 6.6 * Math.max(...units.map((u) => shorten(u.name).length))), marginRight: 16,
      height: many ? 430 : 74 + 20 * units.length, marginBottom: 44, style: { fontSize: '12px' },
      x: { label: `${data.groups[g]}: share of the unit’s pupils (%)`, labelAnchor: 'center', labelArrow: 'none', nice: true, domain: [0, Math.min(100, 100 * Math.max(...units.map((u) => Math.max(u.share, u.high))) * 1.05)], grid: true },
      r: { range: [2.5, 9], domain: [0, Math.max(...units.map((u) => u.n))], type: 'sqrt' },
    };
    const at = (u, i) => `${i}`;
    const plot = Plot.plot({
      ...common,
      y: { domain: names, label: null, tickFormat: (i) => (many ? '' : shorten(units[+i].name)), tickSize: 0 },
      marks: [
        Plot.ruleY(units, { y: at, x1: (u) => 100 * u.low, x2: (u) => 100 * u.high, stroke: grey, strokeWidth: many ? 3 : 10 }),
        Plot.ruleX([100 * units[0].P], { stroke: '#56606a', strokeDasharray: '4 3' }),
        Plot.dot(units, { y: at, x: (u) => 100 * u.share, r: 'n', stroke: ink, fill: (u) => (u.beyond ? ink : '#fff'),
          title: (u) => `${u.name}: ${fixed(100 * u.share, 1)} % of ${group(u.n)} pupils` }),
      ],
    });
    plot.setAttribute('role', 'img');
    plot.setAttribute('aria-label', `Share of ${data.groups[g]} in each unit against what chance would give; the table below has the numbers.`);
    $('units').replaceChildren(plot);
    $('units-table').replaceChildren(table(['unit', 'pupils', 'in the group', 'share, %', '95 % by chance, %'],
      units.map((u) => [u.name, group(u.n), fixed(u.x, Number.isInteger(u.x) ? 0 : 1), fixed(100 * u.share, 1), `${fixed(100 * u.low, 1)} – ${fixed(100 * u.high, 1)}`])));
  }

  $('notes').replaceChildren(...data.notes.map((note) => element('li', note)));
  $('answer').replaceChildren(...data.answer.split('\n').map((line) => element('p', line, { class: 'answer' })));
  $('dealings').textContent = group(data.dealings);
  const alone = data.groups.length === 2 ? data.groups.slice(0, 1) : data.groups;
  $('group').replaceChildren(...alone.map((name, g) => element('option', name, { value: g })));
  $('group').addEventListener('change', () => drawUnits(+$('group').value));
  const level = `${Math.round(100 * data.level)} % interval`;
  $('indices').replaceChildren(...data.tables.flatMap((t) => {
    const scroll = element('div', null, { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Indices of ${t.group || 'all groups'}` });
    scroll.append(table(['index', 'value', 'by chance', 'sd by chance', 'z', 'systematic', level, 'largest'],
      t.rows.map((r) => [r.title, fixed(r.value, 4), fixed(r.expected, 4), fixed(r.sd, 4), fixed(r.z, 1), fixed(r.systematic, 4), `${fixed(r.low, 4)} – ${fixed(r.high, 4)}`, fixed(r.largest, 4)])));
    return [element('h3', t.group ? `${t.group} against the rest` : 'All groups together'), scroll];
  }));
  let drawn = 0;
  function draw() {
    const width = $('units').clientWidth;
    if (width === drawn) return;
    drawn = width;
    drawUnits(+$('group').value || 0);
  }
  draw();
  window.addEventListener('resize', draw);
})();
