// What every page shares: language, texts, numbers, tables, explanations of terms. Everything that comes from a result is
// set as text, never as markup.
const likvard = (function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const languages = ['en', 'sv'];

  // --- the state that a link carries: #lang=sv
  const state = new URLSearchParams(location.hash.slice(1));
  function remember(key, value) {
    state.set(key, value);
    history.replaceState(null, '', `#${state}`);
  }
  let language = languages.includes(state.get('lang')) ? state.get('lang') : /^sv/i.test(navigator.language) ? 'sv' : 'en';

  // --- texts: key -> [English, Swedish]; {name} is put in, [[term]] or [[term|as shown]] is explained by the glossary
  const texts = {}, names = {};
  function addTexts(more) {
    for (const [key, pair] of Object.entries(more)) {
      if (key in texts) throw new Error(`text ${key} is there twice`);
      texts[key] = pair;
    }
  }
  function addNames(more) { Object.assign(names, more); }
  // What the result is about may ask for other words (stage.js): of a text, and instead of the text of a key.
  let wording = (text) => text, instead = () => undefined;
  function useWording(words, texts_) { wording = words; instead = texts_; }
  function template(key) {
    if (!(key in texts)) throw new Error(`no text ${key}`);
    return (instead(key) ?? wording(texts[key][languages.indexOf(language)])).replaceAll(' %', '\u00a0%'); // does not break
  }
  const putIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => {
    if (!values || !(name in values)) throw new Error(`nothing to put in for {${name}} of “${text}”`);
    return values[name];
  });
  const mark = /\[\[(\w+)(?:\|([^\]]+))?\]\]/g;
  const shownTerm = (term, shown) => shown || template(`g.${term}.name`).toLowerCase();
  const t = (key, values) => putIn(template(key).replace(mark, (_, term, shown) => shownTerm(term, shown)), values);
  const has = (key) => key in texts;
  // What a shipped scenario calls something, in the page's language; a user's own words stay as they are.
  const named = (text) => (language === 'sv' && Object.hasOwn(names, text) ? names[text].replace(/(?<=\d) (?=\d{3})/g, '\u00a0') : text); // a number does not break

  function element(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  function svgElement(tag, attributes) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    return node;
  }
  // Nodes of a text, its terms explain themselves on hover and focus.
  function rich(key, values) {
    const text = template(key), nodes = [];
    let from = 0;
    for (const found of text.matchAll(mark)) {
      nodes.push(document.createTextNode(putIn(text.slice(from, found.index), values)), termButton(found[1], shownTerm(found[1], found[2])));
      from = found.index + found[0].length;
    }
    nodes.push(document.createTextNode(putIn(text.slice(from), values)));
    return nodes;
  }
  function say(id, key, values) { $(id).replaceChildren(...rich(key, values)); }

  // --- explanations
  const tip = element('div', null, { id: 'tip', role: 'tooltip', hidden: '' });
  document.body.append(tip);
  const explained = new Set(); // terms outside the texts of the page: the glossary has them too
  function hideTip() { tip.hidden = true; }
  function termButton(term, shown) {
    explained.add(term);
    const node = element('span', shown, { role: 'button', tabindex: 0, class: 'term', 'aria-describedby': `g-${term}` }); // a button would not break over lines
    const show = () => {
      tip.textContent = template(`g.${term}.text`);
      tip.hidden = false;
      const box = node.getBoundingClientRect(), width = Math.min(340, window.innerWidth - 24);
      tip.style.width = `${width}px`;
      tip.style.left = `${Math.max(12, Math.min(box.left, window.innerWidth - width - 12)) + window.scrollX}px`;
      tip.style.top = `${box.bottom + 6 + window.scrollY}px`;
    };
    node.addEventListener('mouseenter', show);
    node.addEventListener('focus', show);
    node.addEventListener('click', show);
    node.addEventListener('mouseleave', () => { if (document.activeElement !== node) hideTip(); });
    node.addEventListener('blur', hideTip);
    return node;
  }
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hideTip(); });
  // A text whose first use of a term explains it: patterns { term: how it is written }; seen: terms explained before.
  function explainedText(tag, text, seen, patterns) {
    let nodes = [text];
    for (const [term, pattern] of Object.entries(patterns)) {
      if (seen.has(term)) continue;
      const place = nodes.findIndex((node) => typeof node === 'string' && pattern.test(node));
      if (place < 0) continue;
      seen.add(term);
      const found = pattern.exec(nodes[place]), from = found.index;
      nodes.splice(place, 1, nodes[place].slice(0, from), termButton(term, found[0]), nodes[place].slice(from + found[0].length));
    }
    const node = element(tag);
    node.append(...nodes);
    return node;
  }
  function drawGlossary() {
    const used = new Set([...explained, ...Object.values(texts).flatMap((pair) => [...pair[0].matchAll(mark)].map((m) => m[1]))]);
    const terms = [...used].sort((a, b) => template(`g.${a}.name`).localeCompare(template(`g.${b}.name`), language));
    $('glossary').replaceChildren(...terms.flatMap((term) => [element('dt', template(`g.${term}.name`)), element('dd', template(`g.${term}.text`), { id: `g-${term}` })]));
  }

  // --- numbers: decimal comma and spaces between thousands in Swedish
  const thin = '\u202f', minus = '−';
  const comma = (text) => (language === 'sv' ? text.replace('.', ',') : text).replace('-', minus);
  const fixed = (x, digits) => (x === null || x === undefined || !Number.isFinite(x) ? '–' : comma((+x.toFixed(digits) === 0 ? 0 : x).toFixed(digits)));
  const signed = (x, digits) => (Number.isFinite(x) && +x.toFixed(digits) > 0 ? '+' : '') + fixed(x, digits);
  const whole = (x) => (x === null || !Number.isFinite(x) ? '–' : (Math.round(x) < 0 ? minus : '') + Math.abs(Math.round(x)).toString().replace(/\B(?=(\d{3})+(?!\d))/g, language === 'sv' ? thin : ','));
  const wholeSigned = (x) => (Math.round(x) > 0 ? '+' : '') + whole(x);
  // As many decimals as the error supports (one of its digits, two where the first is 1), so that no digit is noise.
  const decimals = (error) => (error > 0 && isFinite(error) ? Math.min(5, Math.max(0, Math.ceil(-Math.log10(error / 2)))) : 3);
  const brief = (x, figures = 3) => comma(d3.format('~g')(+x.toPrecision(figures)));
  const tick = (x) => (Math.abs(x) >= 1000 ? whole(x) : brief(x, 6));
  const percent = (share) => `${brief(100 * share)}\u00a0%`;
  // Between ends that say what one municipality may meet: the last digit makes six to sixty steps from one to the other.
  const rangeDecimals = (low, high) => (high > low ? Math.min(5, Math.max(0, -Math.floor(Math.log10((high - low) / 6)))) : 3);
  const withError = (x, half) => `${fixed(x, decimals(half))} ± ${fixed(half, decimals(half))}`;
  const unitNames = { 1: ['', ''], '%': ['%', '%'], pp: ['percentage points', 'procentenheter'], points: ['merit points', 'meritpoäng'], SD: ['SD', 'SD'], SEK: ['kr', 'kr'], years: ['years', 'år'], nats: ['nats', 'nat'], '0.001 SD per 1,000 SEK': ['thousandths of an SD per 1,000 kr', 'tusendels SD per 1\u202f000 kr'] };
  const unitName = (unit) => (Object.hasOwn(unitNames, unit) ? unitNames[unit][languages.indexOf(language)] : unit || '');
  const after = (unit) => (unitName(unit) ? `\u00a0${unitName(unit)}` : ''); // behind a number
  const comma_ = (unit) => (unitName(unit) ? `, ${unitName(unit)}` : ''); // behind a name

  // --- tables: a cell is a text or { v: number, s: text shown }
  const cell = (v, s) => ({ v, s });
  const shownCell = (c) => (c !== null && typeof c === 'object' ? c.s : String(c));
  function table(header, rows, textColumns) {
    const node = element('table'), head = element('tr'), body = element('tbody');
    header.forEach((text, c) => head.append(element('th', text, { scope: 'col', class: c >= textColumns ? 'num' : 'text' })));
    node.createTHead().append(head);
    for (const row of rows) {
      const line = element('tr');
      row.forEach((c, i) => line.append(element('td', shownCell(c), { class: i >= textColumns ? 'num' : 'text' })));
      body.append(line);
    }
    node.append(body);
    return node;
  }
  function scroll(label, ...nodes) {
    const node = element('div', null, { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label });
    node.append(...nodes);
    return node;
  }
  // Choices of a control; what was chosen stays when the language changes.
  function options(id, list, chosen) {
    const node = $(id), now = node.options.length ? node.value : chosen;
    node.replaceChildren(...list.map(([value, text]) => element('option', text, { value })));
    node.value = list.some(([value]) => String(value) === String(now)) ? now : list[0][0];
  }

  // --- drawing: everything again when the language or the width changes
  const draws = [];
  function onDraw(draw) { draws.push(draw); }
  function drawAll() {
    document.documentElement.lang = language;
    for (const node of document.querySelectorAll('[data-t]')) node.replaceChildren(...rich(node.dataset.t, node.dataset));
    for (const node of document.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.dataset.tLabel));
    for (const node of document.querySelectorAll('[data-lang]')) node.setAttribute('aria-pressed', String(node.dataset.lang === language));
    hideTip();
    for (const draw of draws) draw();
    drawGlossary();
  }
  function start() {
    for (const node of document.querySelectorAll('[data-lang]')) node.addEventListener('click', () => { language = node.dataset.lang; remember('lang', language); drawAll(); });
    let timer = 0, width = window.innerWidth;
    window.addEventListener('resize', () => { if (window.innerWidth === width) return; width = window.innerWidth; clearTimeout(timer); timer = setTimeout(drawAll, 140); });
    for (const [event, on] of [['beforeprint', true], ['afterprint', false]]) window.addEventListener(event, () => { document.documentElement.classList.toggle('printing', on); drawAll(); });
    drawAll();
    document.documentElement.dataset.ready = 'yes';
  }
  const lowerFirst = (text) => (/^\p{Lu}[\p{Ll} ]/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const phone = () => window.matchMedia('(max-width: 700px)').matches;

  return {
    data, $, state, remember, language: () => language, texts, addTexts, addNames, t, has, rich, say, termButton, explainedText, named, pair: (text) => [text, names[text] ?? text], element, svgElement, wording: (text) => wording(text), useWording, fixed, signed, whole, wholeSigned, decimals, rangeDecimals, brief, tick, percent,
    withError, unitName, after, commaUnit: comma_, cell, shownCell, table, scroll, options, onDraw, drawAll, start, lowerFirst, shorten, phone,
  };
})();
