import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { longestMs, type StartedBrowser, startBrowser } from '../../testing/browser.ts';
import { servedPage, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

const operator = 'operators-may-act-here';
const viewer = 'viewers-may-only-look';
const planted = 'planted.person@example.org';
/** For what takes a while on a machine that has much else to do. */
const patience = { interval: 200 };
const pictures = fileURLToPath(new URL('../../../../docs/pictures', import.meta.url));

/** A daemon of a shop with orders, one record that the shop cannot serve, and a day of samples. */
async function start() {
  const { shop, copy, environment, query } = await startCliShop({
    population: { customers: 300 },
    orders: 40,
    latencyMs: 5,
  });
  const [broken = 0, person = 0] = shop.customers.ids();
  shop.customers.save(person, { email: planted, firstname: 'Plantagenet' });
  shop.faults.add({
    match: `customers/${broken}`,
    times: 1_000,
    answer: { kind: 'answer', status: 500, body: JSON.stringify({ message: `No e-mail to ${planted}` }) },
  });
  await query(
    `insert into sync.samples select 'eu', entity, at, at, case when extract(hour from at) = 3 then 170000 else 20000 + 40000 * random() end,
       200 + 800 * random(), 40 * random(), 300, 0
     from unnest(array['customers', 'orders']) entity,
       generate_series(date_bin('5 min', now() - interval '7 days', '2000-01-01'), now() - interval '5 min', interval '5 min') at`,
  );
  const daemon = await startCli(['daemon'], {
    ...environment,
    MAGENTO_SHOP: 'eu',
    ENTITIES: 'customers,orders',
    PULL_EVERY: '2s',
    SWEEP_PERIOD: '5s',
    CONSOLE_PORT: '0',
    CONSOLE_PASSWORD: operator,
    CONSOLE_VIEWER_PASSWORD: viewer,
  });
  return { shop, copy, query, daemon, person, url: await servedPage(daemon) };
}

async function launch(): Promise<StartedBrowser> {
  const started = await startBrowser();
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

/** A tab that notes what the browser itself complains about. */
async function openTab(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Answers of 4xx and a network that is away are asked for here; what the policy of the page refuses reads otherwise.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

async function signIn(page: Page, password: string, name = 'Ada'): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What axe-core finds wrong for people who do not see, or see badly. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: loaded } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await loaded.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}

test('people look at the page in a browser', async () => {
  const [{ shop, query, daemon, person, url }, launched] = await Promise.all([start(), launch()]);
  const { browser } = launched;
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  context.setDefaultTimeout(longestMs);
  const { page, complaints } = await openTab(context);
  const heading = page.getByRole('heading', { level: 1 });

  // A link that leads somewhere arrives there after the sign-in.
  await page.goto(`${url}/shops/eu/runs`);
  expect(await barriers(page)).toEqual([]);
  await signIn(page, 'not-the-password');
  await expect.poll(() => page.getByRole('alert').textContent(), patience).toBe('The password is wrong.');
  await signIn(page, operator);
  await expect.poll(() => heading.textContent(), patience).toBe('Runs of eu');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

  // Everything is there, for everybody, and nothing of a person but on the page of the record.
  await page.goto(`${url}/shops/eu`);
  await expect.poll(() => heading.textContent(), patience).not.toContain('Filling');
  const runOf = async (kind: string) =>
    (await query("select max(id) as id from sync.runs where kind = $1 and status <> 'running'", [kind]))[0]?.[
      'id'
    ];
  await expect.poll(() => runOf('sweep'), patience).toBeTruthy();
  const record = `/shops/eu/records/customers/${person}`;
  const paths = [
    '/',
    '/shops/eu?table=1',
    '/shops/eu/runs',
    `/runs/${String(await runOf('backfill'))}`,
    '/shops/eu/personal-data',
    '/runbooks',
    `/shops/eu/erase?entity=customers&id=${person}`,
    record,
  ];
  const texts: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 360, height: 800 },
      { width: 1_280, height: 900 },
    ]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      for (const path of paths) {
        await page.goto(url + path);
        const where = `${path} ${colorScheme} ${viewport.width}`;
        expect(await barriers(page), where).toEqual([]);
        const sideways = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(sideways, `${where} can be moved sideways`).toBe(0);
        const text = await page.content();
        if (path === record) expect(text).toContain(planted);
        else texts.push(text);
        await takePicture(page, path, colorScheme, viewport.width);
      }
    }
  }
  for (const text of texts) {
    for (const secret of [planted, 'Plantagenet', operator, viewer]) expect(text).not.toContain(secret);
  }

  await page.goto(`${url}/shops/eu`);
  expect(await page.locator('#queue tbody').first().textContent()).toContain('daemon');

  // What happens in the shop shows up by itself, and what somebody types stays.
  await page.goto(`${url}/shops/eu`);
  await page.evaluate('globalThis.stayed = true');
  await page.getByLabel('Id', { exact: true }).fill('17');
  const [before] = await query("select max(id) as id from sync.runs where kind = 'pull'");
  shop.customers.save(person, { firstname: 'Another' });
  const latest = page.locator('#runs tbody tr').first();
  await expect
    .poll(async () => Number(/(\d+)$/.exec((await latest.locator('th').textContent()) ?? '')?.[1]), patience)
    .toBeGreaterThan(Number(before?.['id']));
  expect(await page.evaluate('globalThis.stayed')).toBe(true);
  expect(await page.getByLabel('Id', { exact: true }).inputValue()).toBe('17');
  await expect.poll(() => page.locator('[data-live-word]').textContent(), patience).toBe('live');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(page.url()).toBe(`${url}/shops/eu/records/customers/17`);

  // A pause by keyboard alone: it says what it does first, shows up, and is over again.
  await page.goto(`${url}/shops/eu`);
  await page.getByRole('link', { name: 'Pause…' }).press('Enter');
  await expect.poll(() => heading.textContent(), patience).toBe('Pause work on eu');
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel('Why').fill('PHP upgrade');
  await page.keyboard.press('Enter');
  await expect.poll(() => heading.textContent(), patience).toMatch(/Paused/);
  expect(await page.locator('#acts').textContent()).toContain('PHP upgrade');
  expect(await page.title()).toContain('‖ eu: paused');
  await page.getByRole('link', { name: 'Resume…' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => heading.textContent(), patience).not.toMatch(/Paused/);

  // By keyboard: the first stop leads past the navigation.
  await page.goto(`${url}/`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');

  // More tabs than a browser has connections to one server.
  const tabs = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto(`${url}/shops/eu`)));
  expect(await Promise.all(tabs.map((tab) => tab.title()))).toEqual(
    tabs.map(() => expect.stringContaining('eu')),
  );
  await Promise.all(tabs.map((tab) => tab.close()));

  // Without news, numbers look old.
  const old = await openTab(context);
  await old.page.clock.install();
  await old.page.goto(`${url}/shops/eu`);
  await context.setOffline(true);
  await old.page.clock.fastForward('03:00');
  await expect.poll(() => old.page.locator('body').getAttribute('class'), patience).toBe('old');
  expect(await old.page.locator('[data-live-word]').textContent()).toMatch(
    /^not live: nothing new for \d+ s/,
  );
  await context.setOffline(false);
  await old.page.close();

  // Whoever signs out is out, in every tab.
  const other = await openTab(context);
  await other.page.goto(`${url}/shops/eu`);
  await page.goto(`${url}/`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => heading.textContent(), patience).toBe('Sign in');
  await other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await expect
    .poll(() => other.page.locator('[data-live-word]').textContent(), patience)
    .toContain('your session is over');
  expect(complaints).toEqual([]);

  // Without JavaScript everything is there too.
  const plain = await browser.newContext({ javaScriptEnabled: false });
  plain.setDefaultTimeout(longestMs);
  const { page: still } = await openTab(plain);
  await still.goto(url);
  await signIn(still, viewer, 'Bo');
  expect(await still.getByRole('heading', { level: 1 }).textContent()).toContain('eu: ');
  expect(await still.locator('.who span').textContent()).toBe('Bo, viewer');
  await still.getByRole('heading', { level: 2 }).getByRole('link', { name: 'eu' }).click();
  expect(await still.content()).toContain('http-equiv="refresh"');
  expect(await still.getByRole('link', { name: 'Pause…' }).count()).toBe(0);
  await still.getByRole('link', { name: 'Stop live updates' }).click();
  expect(await still.content()).not.toContain('http-equiv="refresh"');

  // Neither a right of root nor a package of the machine is needed: who installs by npm alone has the browser.
  const ofMachine = await launched.librariesOfMachine();
  const ofEveryLinux = /^(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+))\.so/;
  expect(ofMachine.filter((name) => !ofEveryLinux.test(name))).toEqual([]);
  const unprivileged = await launched.launchUnprivileged();
  const { page: theirs } = await openTab(await unprivileged.newContext());
  await theirs.goto(url);
  expect(await theirs.getByRole('button', { name: 'Sign in' }).count()).toBe(1);

  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});

/** Pictures for the documents, when they are asked for. */
async function takePicture(page: Page, path: string, scheme: string, width: number): Promise<void> {
  if (process.env['PICTURES'] !== 'on' || path !== '/shops/eu?table=1') return;
  await page.goto(page.url().replace('?table=1', ''));
  const file = `${pictures}/shop-${width < 500 ? 'phone-' : ''}${scheme}.png`;
  await page.screenshot({ path: file });
}
