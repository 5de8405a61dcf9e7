// What the national page shows beside verdicts and backcast: models compared, thresholds, synthetic beside real.
// Texts from files are set as text, never as markup; they are English, and say so.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const verdicts = data.verdicts || [], beside = data.beside || [], claims = document.getElementById('more');
  const ink = '#0b4f6c', grey = '#9aa5ad';

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  const short = (x) => (x === null || x === undefined ? '–' : Number(x.toPrecision(3)).toString().replace('-', '−'));
  function table(label, header, rows, firstNumber) {
    const node = element('table'), head = element('tr'), body = element('tbody'), scroll = element('div', null, { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label });
    const kind = (c) => (c >= firstNumber ? 'num' : 'text');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: kind(c) })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: kind(c) })));
      body.append(line);
    }
    node.append(body);
    scroll.append(node);
    return scroll;
  }
  function section(id, title, ...nodes) {
    const node = element('section', null, { 'aria-labelledby': id, lang: 'en' });
    node.append(element('h2', title, { id }), ...nodes);
    claims.append(node);
  }

  verdicts.forEach((v, i) => v.answers.forEach((a, j) => {
    if (!(a.table || []).length) return;
    section(`h-models-${i}-${j}`, `Models compared: ${v.title}`, table(v.title, a.table_header, a.table, 1),
      element('p', 'Within: inside municipalities; between: from one municipality to another. Money as parts of the mean; ±: the simulation’s standard error.', { class: 'note' }));
  }));

  const thresholds = verdicts.flatMap((v, i) => v.answers.filter((a) => a.why).map((a) => [`${i + 1}`, a.title, `${short(a.matters)} ${a.unit || ''}`, a.why, a.other_threshold || '–']));
  if (thresholds.length) section('h-thresholds', 'Where the thresholds come from', table('Thresholds', ['', 'Claim', 'Threshold', 'Where it comes from', 'Under another'], thresholds, 99));

  const known = beside.filter((b) => b.standard_error > 0);
  if (known.length) {
    const most = 5, far = (b) => Math.max(-most, Math.min(most, b.difference / b.standard_error));
    const chart = Plot.plot({
      width: 760, height: 70 + 22 * known.length, marginLeft: 230, marginBottom: 50, style: { fontSize: '13px', background: 'none' },
      ariaLabel: 'Real less synthetic municipalities, in standard errors of the difference',
      x: { domain: [-most, most], label: `real less synthetic, in standard errors of the difference (beyond ${most}: drawn at ${most})`, labelAnchor: 'center', labelArrow: 'none', grid: true },
      y: { label: null, domain: known.map((b) => b.question) },
      marks: [Plot.rect([0], { x1: -2, x2: 2, fill: grey, fillOpacity: 0.2 }), Plot.ruleX([0], { stroke: grey }),
        Plot.dot(known, { x: far, y: 'question', r: 4, stroke: ink, fill: (b) => (b.within ? 'white' : ink) })],
    });
    section('h-beside', 'Synthetic and real municipalities: the same answers?', chart,
      element('p', 'In the grey band the two agree within twice the error of their difference: simulation of both, and which synthetic municipalities were drawn. Filled: outside it.', { class: 'note' }),
      table('Synthetic and real', ['Question', 'Synthetic', 'Real', 'Difference', 'Its error', 'Verdict, synthetic', 'Verdict, real'],
        beside.map((b) => [b.question, short(b.synthetic), short(b.real), short(b.difference), short(b.standard_error), b.synthetic_verdict, b.real_verdict]), 1));
  }
})();
