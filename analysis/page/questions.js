// The fifteen questions of municipalities, answered from this result in words; what was not simulated says what to add.
(function () {
  'use strict';
  const L = likvard, { data, $, t, element } = L, R = L.result, list = data.questions;
  if (!list || !list.some((q) => q.simulated)) { $('questions').hidden = true; return; }

  // Names of models and places stand in the result's own language inside the answers.
  const own = () => [...new Set([...data.policies.map((p) => p.title), ...data.axes.flatMap((a) => [a.name, ...a.levels])])].filter((text) => L.named(text) !== text).sort((a, b) => b.length - a.length);
  const placed = (text) => (R.G > 1 ? data.points.reduce((s, p, g) => s.replaceAll(`${p.name}: `, `${R.place(g)}: `), text) : text);
  const inWords = (text) => (L.language() === 'sv' ? own().reduce((s, name) => s.replaceAll(`”${name}”`, `”${L.named(name)}”`), placed(text)) : placed(text));
  const words = (worded) => L.wording(inWords(worded[L.language()]));

  // Words of the answers that the glossary explains, where each first stands.
  const terms = {
    en: { dissimilarity: /dissimilarity/i, systematic: /ε²/, sd: /standard deviations(?! of chance)/, post: /full-time teaching posts/, need: /[Nn]eed group/, pp: /percentage points/ },
    sv: { dissimilarity: /dissimilaritet(?:en)?/i, systematic: /ε²/, sd: /standardavvikelser(?! av slump)/, post: /heltidstjänster/, need: /[Bb]ehovsgruppen/, pp: /procentenheter/ },
  };
  const explained = (tag, text, seen) => L.explainedText(tag, text, seen, terms[L.language()]);

  // An answer that tells several shares or models in a row, as a list: [before, items, after].
  const item = /(?<=[.;:]) (?=\d[\d.,]*[\s\u00a0]% (?:given out|fördelat) |[“”][^“”]+” [−+\d(])/u;
  function shownAnswer(text, seen) {
    const [before, ...items] = text.split(item);
    if (items.length < 2) return [explained('p', text, seen)];
    const [last, ...after] = items.pop().split(/(?<=\.) (?=\p{Lu})/u), list = element('ul');
    const first = explained('p', before, seen);
    list.append(...[...items, last].map((one) => explained('li', one.replace(/;$/, '.'), seen)));
    return [first, list, ...(after.length ? [element('p', after.join(' '))] : [])];
  }

  // "share_moved at 10 %": the measure by its title, the rest as the program says it.
  function what(text) {
    const [, key, rest] = /^(\w+)(.*)$/.exec(text) || [null, '', text];
    if (!data.measures.some((m) => m.key === key)) {
      const known = [[/^unit (.*)$/, 'questions.unit'], [/^power of (\d+) municipalities after (\d+) years$/, 'questions.power'], [/^smallest effect seen by (\d+) municipalities$/, 'questions.smallest'], [/^change(?: (?:with|by|in) (.*))?$/, 'questions.change']].find(([pattern]) => pattern.test(text));
      if (!known) return text;
      const [, one, two] = known[0].exec(text), model = data.policies.find((p) => p.name === one);
      return t(known[1], { one: model ? L.named(model.title) : one ? L.named(one) : R.measureTitle(R.lead.k), two });
    }
    const title = R.titleOfKey(key, data.measures.find((m) => m.key === key).title);
    return `${title}${rest.replace(/^ (at|with|by) /, ', ').replace(/^, (\w+)$/, (all, name) => `, ${L.named(data.policies.find((p) => p.name === name)?.title ?? name)}`)}`;
  }
  const units = { '% of the budget': 'questions.of-budget', '% of per head': 'questions.of-per-head', '% a year': 'questions.a-year', 'SEK a year': 'questions.kr-a-year', 'standard deviations of chance': 'questions.of-chance', 'SD per +10 % money': 'questions.sd-per-money' };
  const unit = (text) => (Object.hasOwn(units, text) ? t(units[text]) : L.unitName(text));

  L.onDraw(() => {
    const seen = new Set(), told = list.filter((q) => q.simulated), untold = list.filter((q) => !q.simulated), box = element('div', null, { class: 'questions' });
    const one = (q, heading) => { const node = element('article'); node.append(element(heading, `${q.number}. ${L.wording(q.question[L.language()])}`), ...(q.simulated ? shownAnswer(words(q.answer), seen) : [element('p', words(q.hint))])); return node; };
    const further = element('ul'), hints = told.filter((q) => q.hint.en);
    further.append(...hints.map((q) => element('li', `${q.number}. ${words(q.hint)}`)));
    box.append(...told.map((q) => one(q, 'h3')));
    $('questions-about').textContent = R.G > 1 ? t('questions.about', { place: R.placeLong(data.question_point) }) : '';
    L.say('questions-note', 'questions.note');
    L.show('questions-list', '', [box], {
      name: t('questions.numbers'), unfold: t('questions.numbers'), texts: 2, header: [t('questions.column-number'), t('questions.column-what'), t('questions.column-value'), t('answer.column-error'), t('questions.column-unit')],
      rows: told.flatMap((q) => q.numbers.map((n) => {
        const half = n.standard_error === null ? null : (data.points[data.question_point].t ?? 1.96) * n.standard_error;
        return [String(q.number), what(n.what), L.cell(n.value, half > 0 ? L.fixed(n.value, L.decimals(half)) : Math.abs(n.value) >= 1000 ? L.whole(n.value) : L.brief(n.value)), half === null ? '–' : L.cell(half, half > 0 ? L.fixed(half, L.decimals(half)) : '0'), unit(n.unit)];
      })),
    });
    const rest = $('questions-rest');
    rest.hidden = !untold.length && !hints.length;
    if (rest.hidden) return;
    const details = element('details'), summary = element('summary', t('questions.untold', { n: untold.length }));
    details.open = Boolean(rest.querySelector('details')?.open);
    details.append(summary, element('p', t('questions.untold-lead'), { class: 'note' }), ...untold.map((q) => one(q, 'h4')));
    if (hints.length) details.append(element('h4', t('questions.further')), further);
    rest.replaceChildren(details);
  });
})();
