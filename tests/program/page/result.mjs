// Usage: node result.mjs PAGE.html ANSWERS.json. What a result's page tells: the first screen, the fifteen answers as `likvard
// answer --json` has them, the slider and each school's money, the cost of a post, words for preschools.
import { browse, check } from './browser.mjs';
import { readFileSync } from 'node:fs';

const [page_path, answers_path] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(answers_path, 'utf8')), { open, end } = await browse(page_path);
const letters = (text) => text.replace(/[\s;.]+/g, ''); // a list ends its items with a full stop
const plain = (text) => text.replace(/[\s\u00a0\u202f]+/g, ' ').trim();

for (const [width, language] of [[1280, 'en'], [390, 'sv']]) {
  const page = await open(width, 850, language);
  const data = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent)), preschool = data.stage === 'forskola';

  // One answer with its uncertainty before anything is scrolled.
  const first = await page.evaluate(() => { const box = document.getElementById('answer').getBoundingClientRect(); return { bottom: box.bottom, text: document.getElementById('answer').textContent }; });
  check(first.bottom < 850 && /\d/.test(first.text), `the answer is on the first screen (${language})`);
  const lead = await page.evaluate(() => { const R = likvard.result, i = R.at(R.telling()[0], R.lead.m, R.lead.k); return [likvard.data.difference_low[i], likvard.data.difference_high[i]]; });
  const range = [...plain(first.text).matchAll(/(?:from|mellan|between|från) ([−+]?[\d.,]+) (?:to|and|till|och) ([−+]?[\d.,]+)/g)].at(-1).slice(1).map((text) => ({ x: Number(text.replace('−', '-').replace(',', '.').replace('+', '')), digits: (text.split(/[.,]/)[1] || '').length }));
  check(range.every(({ x, digits }, k) => Math.abs(x - lead[k]) <= 0.5001 * 10 ** -digits), `with its range: ${range.map((r) => r.x).join(' to ')}`, lead);
  const steps = (lead[1] - lead[0]) * 10 ** range[0].digits;
  check(steps >= 3 && steps <= 70, 'in no more digits than the range supports', steps);

  // The fifteen, word by word.
  const told = await page.evaluate(() => [...document.querySelectorAll('#questions-list article')].map((node) => [node.querySelector('h3').textContent, [...node.querySelectorAll('p, li')].map((part) => part.textContent).join(' ')]));
  const untold = await page.evaluate(() => [...document.querySelectorAll('#questions-rest article')].map((node) => node.querySelector('h4').textContent));
  check(told.length + untold.length === 15 && told.length === answers.filter((q) => q.simulated).length, `${told.length} questions are answered, ${untold.length} say what to add`);
  const words = await page.evaluate((list) => list.map((text) => likvard.wording(text)), answers.map((q) => q.question[language]));
  answers.forEach((q, i) => { if (q.simulated && !told.some(([heading]) => heading === `${q.number}. ${words[i]}`)) check(false, `question ${q.number} is there`); });
  if (!preschool && language === 'en') for (const q of answers.filter((a) => a.simulated)) if (letters(told.find(([heading]) => heading.startsWith(`${q.number}. `))[1]) !== letters(q.answer.en)) check(false, `answer ${q.number}: ${told.find(([heading]) => heading.startsWith(`${q.number}. `))[1]}`);
  check(true, 'in the words of likvard answer');
  if (language === 'sv') {
    const foreign = told.filter(([, text]) => data.policies.some((p) => text.includes(`”${p.title}”`) && /^(In|Only|Need|Extra|The)\b/.test(p.title)));
    check(foreign.length === 0, 'models have their Swedish names in them', foreign);
  }

  // The slider: each stop's money sums to nothing, and is the file's.
  const g = await page.locator('#money-point').inputValue(), units = data.units[g], stops = +await page.locator('#share').getAttribute('max');
  await page.locator('#share').focus();
  await page.keyboard.press('Home');
  const seen = [];
  for (let stop = 0; stop <= stops; ++stop) {
    if (stop) await page.keyboard.press('ArrowRight');
    const at = await page.evaluate(() => ({ shown: document.getElementById('share-shown').textContent, share: likvard.share(), model: document.getElementById('money-policy').value, rows: [...document.querySelectorAll('#money details tbody tr')].map((tr) => [...tr.cells].map((c) => c.textContent)), facts: document.getElementById('share-facts').textContent }));
    seen.push(at.facts);
    const m = stop ? data.policies.findIndex((p) => p.name === at.model && p.share === at.share) : 0, number = (text) => Number(text.replace(/[\s\u00a0\u202f]/g, '').replace(language === 'sv' ? ',' : /,/g, language === 'sv' ? '.' : '').replace('−', '-').replace('+', ''));
    const S = units.pupils.length, kronor = units.money.slice(m * S, m * S + S).map((x) => data.points[g].budget_per_pupil * (x - 1)), budget = kronor.reduce((sum, x, s) => sum + x * units.pupils[s], 0);
    const told_kr = at.rows.map((row) => number(row[3])).sort((a, b) => a - b), wanted = [...kronor].sort((a, b) => a - b);
    if (told_kr.some((x, s) => Math.abs(x - wanted[s]) > 0.51)) check(false, `money at ${at.shown}`, [told_kr, wanted]);
    if (Math.abs(budget) > 1e-3 * data.points[g].budget_per_pupil * units.pupils.reduce((a, b) => a + b)) check(false, `the budget is kept at ${at.shown}: ${budget}`);
    if (stop && wanted[0] >= 0) check(false, `nobody loses at ${at.shown}`);
  }
  check(seen.length === stops + 1 && new Set(seen).size === seen.length, `the slider's ${stops + 1} stops move money and outcome; the budget is kept`);

  // Posts: the result's own cost, and the user's.
  const cost = await page.locator('#post').inputValue(), posts = () => page.evaluate(() => document.querySelector('#money details tbody tr td:last-child').textContent);
  check(Number(cost) === data.cost_per_post && data.cost_per_post > 0, `a post costs the result's ${cost}`);
  check((await page.locator('#post-note').textContent()).includes('Skolverket'), 'and says where that is from');
  const before = await posts();
  await page.locator('#post').fill(String(data.cost_per_post / 2));
  await page.locator('#post').press('Tab');
  check((await posts()) !== before, 'half the cost, other posts');

  // Children and preschools, where it is about them.
  if (preschool) {
    const text = await page.evaluate(() => { const copy = document.querySelector('main').cloneNode(true); for (const node of copy.querySelectorAll('pre, #assumptions, #provenance, #question, #claim, #post-note, .tools')) node.remove(); return copy.textContent; });
    const wrong = [...text.matchAll(/.{0,40}(?<![\p{L}_/-])(?:pupils?|schools?|elev(?:er|ers|en|ens|erna|ernas)?|skol(?:a|an|or|orna|ans|ornas))(?![\p{L}_])./giu)].map((m) => plain(m[0])).filter((found) => !/upper-secondary|compulsory|adequate_per_pupil/.test(found));
    check(wrong.length === 0, `it speaks of children and preschools (${language})`, wrong);
  }
  await page.close();
}
await end();
