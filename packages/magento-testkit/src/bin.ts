import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type ShopOptions, startMagentoShop } from './shop.ts';

const help = `Usage: magento-shop [options]

A stand-in Magento 2 shop that answers over HTTP until SIGTERM or SIGINT.

  --port <number>       port to listen on (a free one by default)
  --host <address>      network interface (127.0.0.1 by default)
  --customers <number>  a made-up population of this size, as varied as the recorded customers, instead of those 2,500
  --orders <number>     so many made-up orders with their documents instead of the recorded ones
  --recorded <name>     the recorded shop to be: 2.4.7-p6 (by default) or 2.4.8-p1, whose integrations have the
                        bearer tokens all-rights and cms-pages-only
  --latency <ms>        time before every answer
  --row-cost <ms>       time for every row of a list, such as 0.55
  --php-workers <n>     so many requests are worked on at a time; the others wait
  --release <version>   release to behave like, from 2.3.0 to 2.4.8 (2.4.7 by default)
  --mode <mode>         production (by default) or developer: errors say what happened
  --two-factor          admin sign-in needs a code; the secret for the authenticator app is printed
  --ambiguous-updated-at  a joined table has a column updated_at too: filters of orders by it are a 500 unless they say
                        main_table.updated_at
  --limits              input limits switched on, as the release has them: pages of 300 rows at most
  --cut-pages <rows>    larger pages are cut without an error, as some modules do
  --queue               asynchronous requests stay open for ever, as in a shop whose consumers do not run
  --help                this text

The first line it prints is its address. Sign in as admin with Passw0rd123! (user "catalog" has no right to customers).
`;

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new RangeError(`--${name} takes a whole number up to ${most}, not "${text}".`);
}

function milliseconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 60_000) return Number(text);
  throw new RangeError(`--${name} takes milliseconds up to 60000, such as 0.55, not "${text}".`);
}

function modeOf(text: string | undefined): 'production' | 'developer' {
  if (text === undefined || text === 'production' || text === 'developer') return text ?? 'production';
  throw new RangeError(`--mode takes production or developer, not "${text}".`);
}

/** 32 letters of Base32, as Google Authenticator takes them. */
function newTotpSecret(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(32)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      customers: { type: 'string' },
      orders: { type: 'string' },
      recorded: { type: 'string' },
      latency: { type: 'string' },
      'row-cost': { type: 'string' },
      'php-workers': { type: 'string' },
      release: { type: 'string' },
      mode: { type: 'string' },
      'two-factor': { type: 'boolean' },
      'ambiguous-updated-at': { type: 'boolean' },
      limits: { type: 'boolean' },
      'cut-pages': { type: 'string' },
      queue: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const customers = wholeNumber('customers', values.customers, 15_000_000);
  const cutPagesTo = wholeNumber('cut-pages', values['cut-pages'], 1_000_000);
  if (cutPagesTo === 0) throw new RangeError('--cut-pages takes at least 1 row.');
  const orders = wholeNumber('orders', values.orders, 1_000_000);
  const rowCostMs = milliseconds('row-cost', values['row-cost']);
  const phpWorkers = wholeNumber('php-workers', values['php-workers'], 10_000);
  if (phpWorkers === 0) throw new RangeError('--php-workers takes at least 1.');
  const secret = values['two-factor'] ? newTotpSecret() : undefined;
  const options: ShopOptions = {
    port: wholeNumber('port', values.port, 65_535) ?? 0,
    latencyMs: wholeNumber('latency', values.latency, 600_000) ?? 0,
    mode: modeOf(values.mode),
    ...(values.host ? { host: values.host } : {}),
    ...(values.release ? { release: values.release } : {}),
    ...(values.recorded === undefined ? {} : { recorded: values.recorded }),
    ...(orders === undefined ? {} : { orders }),
    ...(rowCostMs === undefined ? {} : { rowCostMs }),
    ...(phpWorkers === undefined ? {} : { phpWorkers }),
    ...(customers === undefined ? {} : { population: { customers, varied: true } }),
    ...(secret === undefined ? {} : { twoFactor: { secrets: { admin: secret } } }),
    ...(values['ambiguous-updated-at'] ? { ambiguousUpdatedAt: true } : {}),
    ...(values.limits ? { inputLimits: 'usual' } : {}),
    ...(cutPagesTo === undefined ? {} : { cutPagesTo }),
    ...(values.queue ? { asyncRequests: 'when run' } : {}),
  };
  const shop = await startMagentoShop(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shop.stop());
  process.stdout.write(`${shop.url}\n`);
  if (secret) process.stdout.write(`secret of the authenticator app: ${secret}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 1;
}
