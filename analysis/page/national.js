// The national page: verdicts on the debate's claims, and the backcast.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element, fixed } = L;
  const verdicts = data.verdicts || [], real = data.real || [], backcast = data.backcast;
  const upperFirst = (text) => text.charAt(0).toUpperCase() + text.slice(1), short = (x) => L.brief(x);
  const percent = (x, error) => L.cell(x === null ? null : 100 * x, x === null ? '–' : fixed(100 * x, error === undefined ? 0 : Math.min(0, L.decimals(100 * error))));
  const verdictOf = (a) => t(`verdict.${a.verdict}`), columnOf = (name) => (L.has(`column.${name}`) ? t(`column.${name}`) : name);
  const swedish = () => L.language() === 'sv', both = (en, sv) => (swedish() ? sv : en);

  // What the program says (it says everything in both languages) with keys, measures and models by their names, and true minus signs; an error that is nothing in
  // the digits shown is left out.
  const keyName = (key) => ((place) => (L.has(place) ? t(place) : key))(`p.${key.replace('outcome.', '')}`);
  function reader(text, v) {
    const models = [...(v?.models || [])].sort((a, b) => b.length - a.length).reduce((s, name) => s.replaceAll(name, L.named(name)), text);
    const levels = swedish() ? ['under 500', '500-1,000', '1,000-2,000', '2,000-5,000', '5,000-15,000', 'over 15,000', 'grundskola', 'forskola'] : ['grundskola', 'forskola'];
    return levels.reduce((s, level) => s.replaceAll(level, L.has(`stage.${level}`) ? t(`stage.${level}`) : L.named(level)), models).replace(/\b(?:outcome\.[a-z_]+|crowd_out)\b/g, keyName).replace(/\bkolm_pollak\b/g, t('p.kolm_pollak')).replace(/(?<![\p{L}\d-])-(?=\d)/gu, '−').replace(/ ± 0(?:[.,]0+)?(?: %)?(?![\d.,])/g, '').replace(/ \(± 0[.,]0+\)/g, '').replaceAll(' %', '\u00a0%').replace(/ ± /g, '\u00a0±\u00a0');
  }
  const overturn = (a, v) => reader(both(a.overturn, a.overturn_sv) || '–', v);
  // The scenario's words with its figures; words of a user's own stay in the language they are written in.
  function said(a, v) {
    const words = L.named(a.says), figures = words !== a.says || !swedish() ? both(a.figures, a.figures_sv) : a.figures;
    return { own: swedish() && words === a.says, text: reader(words.replace(/\{(\w+)\}/g, (all, name) => figures?.[name] ?? all), v).replace(/(?<=[.!?] )\p{Ll}/gu, (letter) => letter.toUpperCase()) };
  }
  // "synthetic municipalities (grundskola) by the laws of likvard ensemble (30 of 30 rows)"
  function madeOf(source) {
    return source.replace(/synthetic municipalities \((\w+)\) by the laws of likvard ensemble \((\d+) of (\d+) rows\)/g, (_, stage, some, all) => t(some === all ? 'source.synthetic' : 'source.synthetic-some', { stage: L.has(`stage.${stage}`) ? t(`stage.${stage}`) : stage, some, all }));
  }
  likvard.national = { reader, overturn, verdictOf, columnOf, upperFirst, both, unitOf: (unit) => (L.has(`unit.${unit}`) ? t(`unit.${unit}`) : L.unitName(unit)) };

  function drawTable() {
    $('s-table').hidden = !verdicts.length;
    if (!verdicts.length) return;
    const claims = verdicts.flatMap((v, i) => v.answers.map((a, j) => ({ v, i, a, other: real[i]?.answers[j] }))).filter(({ a }) => a.verdict !== 'described');
    const count = (verdict) => claims.filter(({ a }) => a.verdict === verdict).length;
    $('summary').textContent = t('page.summary', { all: claims.length, yes: count('supported'), no: count('not supported'), open: count('undecided') });
    L.showTable('table', {
      name: t('table.h'), texts: real.length ? 5 : 4, header: [t('table.number'), t('table.claim'), t('table.verdict'), ...(real.length ? [t('table.real')] : []), t('table.overturn'), t('table.holds'), t('table.error')],
      rows: claims.map(({ v, i, a, other }) => [String(i + 1), upperFirst(L.named(a.title)), verdictOf(a), ...(real.length ? [other ? verdictOf(other) : '–'] : []), overturn(a, v), percent(a.holds), a.holds === null ? '–' : percent(a.holds_standard_error)]),
    });
  }

  function drawClaim(v, i, section) {
    const box = `claim-${i}`, nodes = [element('h2', `${i + 1}. ${L.named(v.title)}`, { id: `h-${box}` }), element('p', t('claim.says', { claim: L.named(v.claim) }), { class: 'note' })], seen = new Set();
    const patterns = { pp: swedish() ? /procentenheter/ : /percentage points/, sd: /\bSD\b/, systematic: /ε²/, draws: swedish() ? /dragningarna/ : /draws/, qualified: swedish() ? /obehörig[a]?/ : /(?:not )?qualif(?:y|ied)/ };
    // The verdict on the whole and the first answer; then the others, each with its own.
    v.answers.forEach((a, j) => {
      const { own, text } = said(a, v), node = L.explainedText('p', text, seen, patterns), verdict = j === 0 ? v.verdict : a.verdict;
      if (own) node.lang = 'en';
      if (j === 0) node.className = 'answer';
      if (verdict !== 'described') node.prepend(element('strong', j === 0 ? `${upperFirst(verdictOf(v))}. ` : `${upperFirst(L.named(a.title))}: ${verdictOf(a)}. `));
      nodes.push(node);
    });
    const numbers = v.answers.filter((a) => a.verdict !== 'described' && a.value !== null && a.standard_error !== null);
    if (numbers.length) {
      const unfold = element('details'), list = element('ul');
      unfold.append(element('summary', t('claim.numbers-h')), list);
      for (const a of numbers) {
        const item = element('li'), d = L.decimals(a.standard_error), wide = a.low !== null && a.high !== null && a.high > a.low ? L.rangeDecimals(a.low, a.high) : d;
        item.append(...L.rich(a.high > a.low ? 'claim.numbers' : 'claim.number', { title: upperFirst(L.named(a.title)), value: fixed(a.value, d), unit: `\u00a0${likvard.national.unitOf(a.unit)}`.trimEnd(), error: fixed(a.standard_error, d), low: fixed(a.low, wide), high: fixed(a.high, wide) }), ` ${upperFirst(verdictOf(a))}.`);
        list.append(item);
      }
      nodes.push(unfold);
    }
    v.answers.forEach((a, j) => { if ((a.table || []).length) nodes.push(element('h3', t('models.h')), element('div', null, { id: `models-${i}-${j}`, class: 'models' }), element('p', t('models.note'), { class: 'note' })); });
    nodes.push(element('div', null, { id: box }), element('p', t('claim.made', { points: L.whole(v.points), replicates: L.whole(v.replicates), source: madeOf(v.source) }), { class: 'note' }));
    section.replaceChildren(...nodes);
    v.answers.forEach((a, j) => {
      if ((a.table || []).length) L.showTable(`models-${i}-${j}`, { name: t('models.name', { title: L.named(v.title) }), texts: 1, header: both(a.table_header, a.table_header_sv), rows: both(a.table, a.table_sv).map((row) => row.map((text, c) => (c ? reader(text, v) : upperFirst(reader(text, v))))) });
    });
    const shown = v.answers.find((a) => a.rows.length && a.columns.length);
    if (!shown) return;
    const models = shown.columns[1] === 'has a model', what = `${columnOf(shown.columns[0])}${shown.columns[0] === 'effect' ? L.commaUnit(shown.unit) : ''}`, title = t('claim.chart', { title: L.named(v.title), what });
    const marks = shown.rows.map((r) => ({ pupils: r[0], y: r[1], yes: !models || r[2] > 0.5 })), width = Math.min($(box).clientWidth || 760, 860);
    const [low, high] = d3.extent(marks, (m) => m.pupils), round = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1).flatMap((p) => (width < 500 ? [1, 3] : [1, 2, 5]).map((x) => x * 10 ** p));
    const chart = Plot.plot({
      width, height: 320, marginLeft: 60, marginBottom: 44, style: { fontSize: '12px' },
      x: { type: 'log', label: t('claim.pupils'), labelAnchor: 'center', labelArrow: 'none', tickFormat: L.whole, domain: [low / 1.1, high * 1.1], ticks: round.filter((x) => x >= low / 1.1 && x <= high * 1.1) }, y: { label: what, grid: true, ticks: 6, tickFormat: L.tick },
      marks: [Plot.ruleY([0], { stroke: L.black }), Plot.dot(marks, { x: 'pupils', y: 'y', r: 2.8, stroke: L.ink, fill: L.ink, fillOpacity: (m) => (m.yes ? 0.35 : 0), title: (m) => t('claim.hover', { pupils: L.whole(m.pupils), value: short(m.y) }), tip: true })],
    });
    L.show(box, title, [chart, element('p', `${t('claim.note')}${new Set(marks.map((m) => m.pupils)).size < marks.length ? ` ${t('claim.note-cases')}` : ''}${models ? ` ${t('claim.note-model')}` : ''}`, { class: 'note' })], {
      name: title, texts: 0, header: [t('claim.pupils'), ...(shown.rows[0].length > shown.columns.length + 1 ? [t('claim.low-education')] : []), ...shown.columns.map(columnOf)], rows: shown.rows.map((r) => r.map((x, c) => L.cell(x, x === null ? '–' : c ? short(x) : L.whole(x)))),
    });
  }

  const figureOf = (s) => (L.has(`figure.${s.figure}`) ? t(`figure.${s.figure}`) : s.figure);
  function drawCoverage() {
    $('s-backcast').hidden = !backcast;
    if (!backcast) return;
    const inside = backcast.summary.map((s) => s.within_90).filter((x) => x !== null);
    $('back-answer').textContent = t('back.answer', { from: backcast.from, low: fixed(100 * d3.min(inside), 0), high: fixed(100 * d3.max(inside), 0) });
    L.showTable('coverage', {
      name: t('back.h'), texts: 3, header: ['year', 'column-figure', 'estimated', 'municipalities', 'in50', 'in90', 'mean-expected', 'mean-happened', 'sd-expected', 'sd-happened'].map((key) => t(`back.${key}`)),
      rows: backcast.summary.map((s) => [s.year, figureOf(s), s.estimated_on.replace(' to ', both(' to ', ' till ')), L.cell(s.municipalities, L.whole(s.municipalities)), percent(s.within_50), percent(s.within_90), ...[s.mean_expected, s.mean_happened, s.sd_expected, s.sd_happened].map((x) => L.cell(x, short(x)))]),
    });
    L.options('what', backcast.summary.map((s, i) => [String(i), t('back.name', { figure: figureOf(s), year: s.year })]), '0');
    drawCalibration();
  }
  function drawCalibration() {
    const s = backcast.summary[+$('what').value || 0], width = Math.min($('calibration').clientWidth || 760, 760);
    const rows = s.rows.map(([name, expected, low, high, happened]) => ({ name, expected, low, high, happened })), domain = d3.extent(rows.flatMap((r) => [r.expected, r.happened])), axis = { domain, grid: true, ticks: width < 500 ? 4 : 7, tickFormat: L.tick };
    const chart = Plot.plot({
      width, height: Math.min(540, width + 40), marginLeft: 60, marginBottom: 44, style: { fontSize: '12px' },
      x: { ...axis, label: t('back.expected'), labelAnchor: 'center', labelArrow: 'none' }, y: { ...axis, label: t('back.happened') },
      marks: [Plot.line([[domain[0], domain[0]], [domain[1], domain[1]]], { stroke: L.soft }),
        Plot.ruleY(rows, { y: 'happened', x1: 'low', x2: 'high', stroke: L.ink, strokeOpacity: 0.2, clip: true }),
        Plot.dot(rows, { x: 'expected', y: 'happened', r: 3, stroke: L.ink, fill: (r) => (r.happened < r.low || r.happened > r.high ? L.ink : 'white'), title: (r) => t('back.hover', { name: r.name, expected: short(r.expected), low: short(r.low), high: short(r.high), happened: short(r.happened) }), tip: true })],
    });
    L.show('calibration', t('back.about', { figure: figureOf(s), year: s.year }), [chart], { name: t('back.name', { figure: figureOf(s), year: s.year }), texts: 1, header: [t('column.place'), ...['expected', 'low', 'high', 'happened'].map((key) => t(`back.${key}`))], rows: s.rows.map((r) => [r[0], ...r.slice(1).map((x) => L.cell(x, x === null ? '–' : short(x)))]) });
  }

  const sections = verdicts.map((_, i) => element('section', null, { 'aria-labelledby': `h-claim-${i}` }));
  $('claims').append(...sections);
  L.onDraw(() => {
    document.title = $('title').textContent = t(verdicts.length || !backcast ? 'page.claims' : 'page.backcast');
    $('question').textContent = verdicts.length ? t('page.question') : '';
    drawTable();
    verdicts.forEach((v, i) => drawClaim(v, i, sections[i]));
    drawCoverage();
  });
  $('what').addEventListener('change', drawCalibration);
})();
