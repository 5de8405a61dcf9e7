// Usage: node check.mjs PAGE.html SHOWN.json SCREENSHOT_FOLDER. Prints a line per check; exit 1 at the first that fails.
import { browse, check } from './browser.mjs';
import { readFileSync, mkdirSync } from 'node:fs';

const [page_path, shown_path, folder] = process.argv.slice(2);
const shown = JSON.parse(readFileSync(shown_path, 'utf8'));
mkdirSync(folder, { recursive: true });
const { open, end } = await browse(page_path);
let page = await open(1280, 900, 'en');
check((await page.title()).length > 5, 'it has a title');
check((await page.locator('#answer').textContent()).length > 60, 'the answer is there');
check((await page.locator('#effect svg[role=img]').count()) >= 1, 'charts are drawn');
check(await page.locator('#effect svg[role=img]').first().getAttribute('aria-label').then((t) => t.length > 20), 'charts have a text for those who cannot see them');

// The numbers on the page are those of the result file, read by another way.
const numbers = await page.evaluate(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  return { data, table: [...document.querySelectorAll('#effect details tbody tr')].map((tr) => [...tr.children].map((td) => td.textContent)) };
});
const { data, table } = numbers;
const M = data.policies.length, K = data.measures.length;
let compared = 0;
for (const row of shown) {
  const g = data.points.findIndex((p) => p.name === row.point), m = data.policies.findIndex((p) => p.name === row.policy && p.share === row.share), k = data.measures.findIndex((x) => x.key === row.measure);
  const close = (a, b) => Math.abs(a - b) <= 1e-8 * Math.max(1e-6, Math.abs(b));
  const i = (g * M + m) * K + k;
  if (!close(data.mean[i], row.mean) || !close(data.difference[i], row.difference) || !close(data.difference_standard_error[i], row.difference_standard_error)) check(false, `numbers of ${row.point}, ${row.policy} ${row.share}`);
  compared += 1;
}
check(compared > 10, `${compared} values of the page's data equal those of the file`);
const lead = shown.filter((row) => row.measure === data.lead.measure && row.share > 0);
check(table.length === lead.length, `the table has a row for each of ${lead.length} differences`);
lead.forEach((row, i) => {
  const text = table[i][3].replace('−', '-').replace('+', ''), digits = (text.split('.')[1] || '').length;
  if (Math.abs(Number(text) - row.difference) > 0.5001 * 10 ** -digits) check(false, `table row ${i}: ${text} against ${row.difference}`);
});
check(true, 'every row of the table shows the file\'s number, rounded');

// By keyboard: another measure changes the charts.
const before = await page.locator('#measure-text').textContent();
await page.locator('#measure').focus();
await page.keyboard.press('ArrowDown');
await page.waitForFunction((text) => document.getElementById('measure-text').textContent !== text, before);
check(true, 'the measure can be changed from the keyboard');
for (const id of ['money-point', 'money-policy', 'measure', 'years-measure', 'decision-map-of', 'decision-point']) {
  const count = await page.locator(`#${id} option`).count();
  for (let i = 0; i < Math.min(count, 50); ++i) await page.locator(`#${id}`).selectOption({ index: i });
}
check(true, 'every choice of every control can be drawn');
await page.screenshot({ path: `${folder}/desktop.png`, fullPage: true });
for (const width of [360, 768, 1280]) {
  page = await open(width, 800, 'en');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(overflow <= 0, `nothing sticks out at ${width} pixels (${overflow})`);
  await page.screenshot({ path: `${folder}/width-${width}.png`, fullPage: true });
}
const pdf = await page.pdf({ format: 'A4', path: `${folder}/page.pdf` });
check(pdf.length > 20000, 'it prints');
await end();
