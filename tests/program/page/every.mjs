// Usage: node every.mjs PAGE.html FOLDER [quick]. What holds of every page, whatever it shows: texts in both languages, the
// switch between them, explanations, keyboard, downloads, WCAG 2.1 AA (axe-core). Prints a line per check; exit 1 at the first
// that fails. quick: without the downloads.
import { browse, check } from './browser.mjs';
import { mkdirSync, readFileSync } from 'node:fs';

const [page_path, folder, quick] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const { open, end } = await browse(page_path);

// --- texts: both languages have every key, with the same numbers put in and the same terms explained
let page = await open(1280, 850, 'en');
const texts = await page.evaluate(() => likvard.texts), holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join(), terms = (text) => [...text.matchAll(/\[\[(\w+)/g)].map((m) => m[1]).sort().join();
const uneven = Object.entries(texts).filter(([, pair]) => pair.length !== 2 || pair.some((text) => typeof text !== 'string') || (pair[0] === '') !== (pair[1] === '') || holes(pair[0]) !== holes(pair[1]) || terms(pair[0]) !== terms(pair[1]));
check(uneven.length === 0 && Object.keys(texts).length > 40, `${Object.keys(texts).length} texts, each in both languages`, uneven);
const unexplained = Object.values(texts).flatMap((pair) => [...pair[0].matchAll(/\[\[(\w+)/g)].map((m) => m[1])).filter((term) => !texts[`g.${term}.name`] || !texts[`g.${term}.text`]);
check(unexplained.length === 0, 'the glossary explains every term', unexplained);

const foreign = await page.evaluate(() => (likvard.data.measures ?? []).map((m) => m.key).filter((key) => !likvard.texts[`m.${key}`] || !likvard.texts[`md.${key}`]));
check(foreign.length === 0, 'every measure has its name and its definition in Swedish', foreign);

// --- the switch: every text of the page's own changes, and back again
const shown = () => page.evaluate(() => [document.documentElement.lang, document.body.innerText]);
const english = await shown();
await page.click('button[data-lang=sv]');
const swedish = await shown();
check(english[0] === 'en' && swedish[0] === 'sv' && english[1] !== swedish[1], 'the page can be read in Swedish');
const same = await page.evaluate(() => [...document.querySelectorAll('[data-t]')].filter((node) => { const [en, sv] = likvard.texts[node.dataset.t]; return en !== sv && node.textContent === en; }).map((node) => node.dataset.t));
check(same.length === 0, 'no text stays in English', same);
check(await page.evaluate(() => document.querySelector('button[data-lang=sv]').getAttribute('aria-pressed') === 'true' && location.hash.includes('lang=sv')), 'the link carries the language');
await page.click('button[data-lang=en]');
check((await shown())[1] === english[1], 'and in English again, to the letter');

// --- a term explains itself on hover and on focus, and hides with Escape
const term = page.locator('.term:visible').first();
if (await term.count()) {
  const said = () => page.evaluate(() => { const tip = document.getElementById('tip'); return tip.hidden ? '' : tip.textContent; });
  const means = await term.evaluate((node) => document.getElementById(node.getAttribute('aria-describedby')).textContent);
  await term.scrollIntoViewIfNeeded();
  await term.hover();
  check((await said()) === means && means.length > 20, 'a term is explained on hover');
  await page.mouse.move(2, 2);
  check((await said()) === '', 'and hides');
  await term.focus();
  check((await said()) === means, 'a term is explained on focus');
  await page.keyboard.press('Escape');
  check((await said()) === '', 'Escape hides it');
}

// --- keyboard: Tab reaches everything that can be used, in the order it stands
const usable = 'button, input, select, summary, [tabindex="0"]';
await page.close();
page = await open(1280, 850, 'en');
const wanted = await page.evaluate((selector) => { const list = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility() && !node.disabled); list.forEach((node, i) => { node.dataset.order = i; }); return list.length; }, usable);
const reached = [];
for (let i = 0; i < wanted + 3; ++i) {
  await page.keyboard.press('Tab');
  const at = await page.evaluate(() => document.activeElement?.dataset?.order);
  if (at === undefined) break;
  reached.push(+at);
}
check(reached.length === wanted && reached.every((at, i) => at === i), `Tab reaches all ${wanted} controls, in order`, reached);

// --- the chart's data on hover
const mark = page.locator('svg[role=img] g[data-mark=dot] circle:visible, svg[role=img] g[data-mark=bar] rect:visible').first();
if (await mark.count()) {
  await mark.scrollIntoViewIfNeeded();
  const box = await mark.boundingBox();
  await page.mouse.move(box.x + box.width / 2 - 6, box.y + box.height / 2);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  // the drawing makes the explanation anew, under its own name
  const tip = await page.waitForFunction(() => [...document.querySelectorAll('g[aria-label=tip]')].some((node) => node.textContent.length > 5), null, { timeout: 15000 }).catch(() => null);
  check(tip !== null, 'a mark tells its numbers on hover');
}

// --- downloads: every chart as PNG, SVG and CSV; the CSV holds the numbers that the table shows
if (!quick) {
  const number = (text) => Number(text.replace(/[\u202f\u00a0,]/g, '').replace('−', '-').replace('+', ''));
  const charts = await page.evaluate(() => [...document.querySelectorAll('.tools')].filter((node) => node.checkVisibility()).map((tools, i) => { tools.dataset.place = i; return { i, svg: Boolean(tools.previousElementSibling.querySelector('svg')), buttons: [...tools.querySelectorAll('button')].map((b) => b.textContent) }; }));
  let pictures = 0;
  for (const { i, svg, buttons } of charts) {
    check(buttons.join() === (svg ? 'PNG,SVG,CSV' : 'CSV'), `box ${i + 1} of ${charts.length} offers ${buttons.join(', ')}`);
    const got = {};
    for (const kind of buttons) {
      // The browser drops a file that is asked for right after ten others: then it is asked for again.
      let download;
      for (let tries = 0; !download && tries < 6; ++tries)
        [download] = await Promise.all([page.waitForEvent('download', { timeout: 3000 + 6000 * tries, predicate: (file) => file.suggestedFilename().endsWith(`.${kind.toLowerCase()}`) }).catch(() => undefined), page.locator(`.tools[data-place="${i}"] button`, { hasText: kind }).click()]);
      check(download, `${kind} of box ${i + 1} is saved`);
      got[kind] = readFileSync(await download.path());
      check(download.suggestedFilename().endsWith(`.${kind.toLowerCase()}`), `as ${download.suggestedFilename()}`);
    }
    if (svg) {
      pictures += 1;
      const size = [got.PNG.readUInt32BE(16), got.PNG.readUInt32BE(20)];
      check(got.PNG.subarray(1, 4).toString() === 'PNG' && size[0] >= 400 && size[1] >= 150 && got.PNG.length > 3000, `the picture has ${size.join(' × ')} points`);
      const drawn = await page.evaluate((text) => { const root = new DOMParser().parseFromString(text, 'image/svg+xml'); return root.querySelector('parsererror') ? 0 : root.querySelectorAll('path, circle, rect, line').length; }, got.SVG.toString());
      check(drawn > 3, `the drawing has ${drawn} parts`);
    }
    const table = await page.evaluate((place) => { const tools = document.querySelector(`.tools[data-place="${place}"]`), node = tools.nextElementSibling?.querySelector('table') || tools.previousElementSibling.querySelector('table'); return [...node.rows].map((row) => [...row.cells].map((cell) => [cell.textContent, cell.className])); }, i);
    const heat = await page.evaluate((place) => Boolean(document.querySelector(`.tools[data-place="${place}"]`).previousElementSibling.querySelector('table.heat')), i);
    const csv = await page.evaluate((text) => d3.csvParseRows(text.replace(/^\ufeff/, '')), got.CSV.toString());
    check(csv.length === table.length && csv.every((row, r) => row.length === table[r].length), `the CSV has the table's ${table.length - 1} rows`, heat);
    let compared = 0;
    csv.forEach((row, r) => row.forEach((cell, c) => {
      const [text, kind] = table[r][c];
      if (r === 0 || kind !== 'num' || !/^[−+]?[\d,]+(\.\d+)?$/.test(text)) { if (cell !== text && !(cell === '' && text === '–') && cell !== `'${text}`) check(false, `CSV ${r}:${c}: ${cell} against ${text}`); return; }
      const digits = (text.split('.')[1] || '').length, coarse = digits || !/0$/.test(text) ? 0.5001 * 10 ** -digits : Math.max(0.5001, 0.00501 * Math.abs(number(text))); // kronor a year in three figures
      if (Math.abs(number(text) - Number(cell)) > coarse) check(false, `CSV ${r}:${c}: ${cell} against ${text}`);
      compared += 1;
    }));
    check(true, `${compared} of its numbers are those shown, with more digits`);
  }
  check(charts.length > 0 && pictures > 0, `${pictures} charts and ${charts.length - pictures} tables download`);
}

// --- WCAG 2.1 AA on a desktop and a phone, in both languages; nothing sticks out
for (const [width, language] of [[1280, 'sv'], [390, 'en']]) {
  await page.close();
  page = await open(width, 850, language);
  await page.evaluate(() => { for (const node of document.querySelectorAll('details')) node.open = !node.querySelector('pre') && node.querySelectorAll('tr').length < 80; });
  await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
  const result = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }));
  const found = result.violations.map((v) => ({ rule: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map((n) => [n.target.join(' '), n.html.slice(0, 160), n.any.map((c) => c.message).join('; ')]) }));
  check(found.length === 0, `axe-core finds nothing at ${width} pixels (${language})`, found);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(over <= 0, `nothing sticks out at ${width} pixels (${over})`);
  await page.screenshot({ path: `${folder}/${width}-${language}.png`, fullPage: true });
}
await end();
