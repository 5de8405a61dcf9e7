// Draws the national page: verdicts and backcast. Everything that comes from files is set as text, never as markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const ink = '#0b4f6c', grey = '#9aa5ad';

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  const percent = (x) => (x === null || x === undefined ? '–' : `${Math.round(100 * x)} %`);
  const short = (x) => (x === null || x === undefined ? '–' : Number(x.toPrecision(3)).toString().replace('-', '−'));

  function table(header, rows, firstNumber) {
    const node = element('table'), head = element('tr'), body = element('tbody');
    const kind = (c) => (c >= firstNumber ? 'num' : 'text');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: kind(c) })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((text, c) => line.append(element('td', text, { class: kind(c) })));
      body.append(line);
    }
    node.append(body);
    return node;
  }

  function draw(target, options) {
    const node = Plot.plot({ width: 760, style: { fontSize: '13px', background: 'none' }, ...options });
    target.append(node);
  }

  const verdicts = data.verdicts || [], real = data.real || [];
  if (verdicts.length) {
    $('s-table').hidden = false;
    const rows = [];
    verdicts.forEach((v, i) => v.answers.forEach((a, j) => {
      if (a.verdict === 'described') return;
      const other = real[i] && real[i].answers[j];
      rows.push([`${i + 1}`, a.title, a.verdict, ...(real.length ? [other ? other.verdict : '–'] : []),
        a.holds === null ? '–' : `${percent(a.holds)} ± ${percent(a.holds_standard_error)}`, a.overturn || '–']);
    }));
    $('table').append(table(['', 'Claim', 'Verdict', ...(real.length ? ['Real municipalities'] : []), 'Holds in draws', 'Would be overturned by'], rows, 99));
  }

  function claim(v, i) {
    const section = element('section', null, { 'aria-labelledby': `h-claim-${i}` });
    section.append(element('h2', `${i + 1}. ${v.title}`, { id: `h-claim-${i}` }));
    section.append(element('p', v.claim, { class: 'note' }));
    const answer = element('p');
    if (v.verdict !== 'described') answer.append(element('strong', `${v.verdict[0].toUpperCase()}${v.verdict.slice(1)}. `));
    answer.append(v.answers.map((a) => a.text).join(' '));
    section.append(answer);
    section.append(element('p', `${v.points} points, ${v.replicates} replicates; ${v.source}.`, { class: 'note' }));
    const shown = v.answers.find((a) => a.rows.length && a.columns.length);
    if (shown) {
      const marks = shown.rows.map((r) => ({ pupils: r[0], y: r[1], yes: shown.columns.length < 2 || shown.columns[1] !== 'has a model' || r[2] > 0.5 }));
      const label = shown.columns[0] === 'effect' ? `effect, ${shown.unit || ''}` : shown.columns[0];
      draw(section, {
        height: 320, marginLeft: 60, marginBottom: 50, ariaLabel: `${v.title}: ${label} by pupils in the municipality`,
        x: { type: 'log', label: 'pupils in the municipality', tickFormat: '~s' }, y: { label, grid: true },
        marks: [Plot.ruleY([0], { stroke: grey }), Plot.dot(marks, { x: 'pupils', y: 'y', r: 2.5, stroke: ink, fill: ink, fillOpacity: 0.25 })],
      });
      const details = element('details');
      details.append(element('summary', 'Table behind this chart'));
      const scroll = element('div', null, { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table: ${v.title}` });
      scroll.append(table(['pupils', ...shown.columns], shown.rows.map((r) => r.map(short)), 0));
      details.append(scroll);
      section.append(details);
    }
    $('claims').append(section);
  }
  verdicts.forEach(claim);

  const backcast = data.backcast;
  if (backcast) {
    $('s-backcast').hidden = false;
    if (!verdicts.length) $('heading').textContent = 'Does the model, let run, become what happened?';
    $('coverage').append(table(['Year', 'Figure', 'Municipalities', 'Within 50 %', 'Within 90 %', 'Mean expected', 'Mean that happened', 'Spread expected', 'Spread that happened'],
      backcast.summary.map((s) => [s.year, s.figure, `${s.municipalities}`, percent(s.within_50), percent(s.within_90), short(s.mean_expected), short(s.mean_happened), short(s.sd_expected), short(s.sd_happened)]), 2));
    backcast.summary.forEach((s, i) => $('what').append(element('option', `${s.figure}, ${s.year}`, { value: i })));
    const show = () => {
      const s = backcast.summary[Number($('what').value) || 0];
      const rows = s.rows.map((r) => ({ name: r[0], expected: r[1], low: r[2], high: r[3], happened: r[4] }));
      const all = rows.flatMap((r) => [r.expected, r.happened]);
      const domain = [Math.min(...all), Math.max(...all)];
      $('calibration').replaceChildren();
      draw($('calibration'), {
        height: 540, marginLeft: 60, marginBottom: 50, ariaLabel: `${s.figure} ${s.year}: expected and what happened`,
        x: { domain, label: 'expected', grid: true }, y: { domain, label: 'happened', grid: true },
        marks: [Plot.line([[domain[0], domain[0]], [domain[1], domain[1]]], { stroke: grey }),
          Plot.ruleY(rows, { y: 'happened', x1: 'low', x2: 'high', stroke: ink, strokeOpacity: 0.2, clip: true }),
          Plot.dot(rows, { x: 'expected', y: 'happened', r: 3, stroke: ink, fill: (r) => (r.happened < r.low || r.happened > r.high ? ink : 'white'), title: 'name' })],
      });
      $('calibration-table').replaceChildren(table(['municipality', 'expected', '5 %', '95 %', 'happened'], s.rows.map((r) => [r[0], ...r.slice(1).map(short)]), 1));
    };
    $('what').addEventListener('change', show);
    show();
  }
})();
