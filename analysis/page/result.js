// A result as the sections of its page read it: places, policies, measures, in the page's language.
(function () {
  'use strict';
  const L = likvard, data = L.data;
  const G = data.points.length, M = data.policies.length, K = data.measures.length;
  const at = (g, m, k) => (g * M + m) * K + k;
  const models = [...new Set(data.policies.slice(1).map((p) => p.name))];
  const shares = [...new Set(data.policies.slice(1).map((p) => p.share))].sort((a, b) => a - b);
  const measureIndex = (key) => data.measures.findIndex((m) => m.key === key);
  const policyTitle = (m) => L.named(data.policies[m].title);
  const R = {
    G, M, K, at, models, shares, measureIndex, policyTitle, axis: data.axes[0], others: data.axes.slice(1),
    titleOf: (name) => policyTitle(data.policies.findIndex((p) => p.name === name)),
    // The policy's name, with its share where several shares of it were run.
    label: (m, among) => {
      const p = data.policies[m], twin = (among || d3.range(M)).some((n) => n !== m && data.policies[n].name === p.name);
      return twin ? `${policyTitle(m)}, ${L.percent(p.share)}` : policyTitle(m);
    },
    axisName: (axis) => (L.has(`axis.${axis.name}`) ? L.t(`axis.${axis.name}`) : L.named(axis.name)),
    level: (g, axis) => R.levelName(data.points[g].at[axis.name] ?? '–'),
    levelName: (text) => (L.language() === 'sv' && /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '\u202f') : L.named(text)),
    // A number says what it counts, a degree of what it is.
    place: (g) => (data.axes.length ? data.axes.map((a) => (L.has(`level.${a.name}`) && (a.name === 'segregation' || /^(?:under |over |över )?[\d.,\s–-]+$/.test(R.level(g, a))) ? L.t(`level.${a.name}`, { x: R.level(g, a) }) : R.level(g, a))).join(', ') : L.named(data.points[g].name)),
    // "over 15,000 pupils in the municipality, segregation: median"
    placeLong: (g) => (data.axes.length ? data.axes.map((a) => `${R.axisName(a)}: ${R.level(g, a)}`).join('; ') : L.named(data.points[g].name)),
    measureTitle: (k) => R.titleOfKey(data.measures[k].key, data.measures[k].title),
    titleOfKey: (key, otherwise) => (L.language() === 'sv' && L.has(`m.${key}`) ? L.t(`m.${key}`) : L.wording(otherwise)),
    measureText: (k) => (L.language() === 'sv' && L.has(`md.${data.measures[k].key}`) ? L.t(`md.${data.measures[k].key}`) : L.wording(data.measures[k].description)),
    measurePhrase: (k) => (L.has(`mp.${data.measures[k].key}`) ? L.t(`mp.${data.measures[k].key}`) : L.t('measure.phrase', { title: L.lowerFirst(R.measureTitle(k)) })),
    unit: (k) => data.measures[k].unit,
    half: (g, i) => (data.points[g].t ?? 1.96) * data.difference_standard_error[i],
    // Policy of a model at a share; -1 if it was not run.
    policyAt: (name, share) => data.policies.findIndex((p) => p.name === name && p.share === share),
    part: () => (data.quantile_levels ? L.brief(100 * (data.quantile_levels[1] - data.quantile_levels[0])) : ''),
  };
  // Small multiples over places: columns along the first axis.
  R.style = (name) => models.indexOf(name) % L.colours.length;
  const leading = d3.range(1, M).filter((m) => data.policies[m].name === data.lead.policy);
  R.lead = { k: Math.max(0, measureIndex(data.lead.measure)), m: leading.length ? d3.least(leading, (m) => Math.abs(data.policies[m].share - data.lead.share)) : -1 };
  // The places that the answer speaks of: ends of the first axis at the middle of the others, the largest change first.
  R.telling = () => {
    const { k, m } = R.lead, run = (g) => m >= 0 && data.difference[at(g, m, k)] !== null;
    let list = d3.range(G).filter(run);
    if (R.axis && R.axis.levels.length > 1) {
      const ends = [R.axis.levels[0], R.axis.levels.at(-1)].map((level) => list.find((g) => data.points[g].at[R.axis.name] === level && R.others.every((a) => data.points[g].at[a.name] === a.levels[Math.floor((a.levels.length - 1) / 2)])));
      if (ends.every((g) => g !== undefined)) list = ends;
    }
    return d3.sort(list, (g) => -Math.abs(data.difference[at(g, m, k)])).slice(0, 2);
  };
  // Where one thing varies the places are its levels, not municipalities.
  if (data.axes.length === 1 && !L.has(`level.${data.axes[0].name}`)) {
    const words = L.has(`axis.${data.axes[0].name}`) ? L.texts[`axis.${data.axes[0].name}`] : L.pair(data.axes[0].name);
    L.texts['column.place'] = words;
    L.texts['control.place'] = words.map((text) => text.charAt(0).toUpperCase() + text.slice(1));
  }
  // With one share there is none to choose: then it is power that is asked for. Otherwise money leads.
  R.powerLeads = Boolean(data.power) && shares.length <= 1;
  // Sections in the order of the study's own question: power or the years lead where they are the answer.
  const place = (id, before) => document.querySelector('main').insertBefore(L.$(id), L.$(before));
  if (R.powerLeads) place('power', 'share-section');
  else if (data.years && data.measures[R.lead.k]?.key.match(/horizon|per_krona/)) place('years', 'share-section');
  L.result = R;
})();
