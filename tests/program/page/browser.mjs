// What every check of a page needs: a line per check, a browser, a page that has drawn itself.
import { chromium } from 'playwright-core';
import { resolve } from 'node:path';

export function check(condition, what, more) {
  console.log(`${condition ? 'ok' : 'FAILED'}: ${what}`);
  if (condition) return;
  if (more !== undefined) console.log(JSON.stringify(more, null, 1));
  process.exit(1);
}

export const errors = [], requests = []; // of every page opened: what it complained of, what it asked the network for
export async function browse(path) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const url = `file://${resolve(path)}`;
  async function open(width, height, language) {
    const page = await browser.newPage({ viewport: { width, height }, acceptDownloads: true });
    page.setDefaultTimeout(60000); // a machine that runs other tests too
    page.on('request', (request) => { if (request.url().split('#')[0] !== url && !/^(data|blob):/.test(request.url())) requests.push(request.url()); });
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text()); });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${url}#lang=${language}`);
    await page.waitForSelector('html[data-ready=yes]').catch(() => check(false, 'the page draws itself', errors));
    return page;
  }
  async function end() {
    check(requests.length === 0, `no request leaves the page ${requests}`);
    check(errors.length === 0, `no error on the console ${errors}`);
    await browser.close();
  }
  return { open, end };
}
