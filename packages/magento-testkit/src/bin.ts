import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type ShopOptions, startMagentoShop } from './shop.ts';

const help = `Usage: magento-shop [options]

A stand-in Magento 2 shop that answers over HTTP until SIGTERM or SIGINT.

  --port <number>       port to listen on (a free one by default)
  --host <address>      network interface (127.0.0.1 by default)
  --customers <number>  a made-up population of this size instead of the 2,500 recorded customers
  --latency <ms>        time before every answer
  --release <version>   release to behave like, from 2.3.0 to 2.4.8 (2.4.7 by default)
  --mode <mode>         production (by default) or developer: errors say what happened
  --two-factor          admin sign-in needs a code; the secret for the authenticator app is printed
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
      latency: { type: 'string' },
      release: { type: 'string' },
      mode: { type: 'string' },
      'two-factor': { type: 'boolean' },
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
  const customers = wholeNumber('customers', values.customers, 5_000_000);
  const cutPagesTo = wholeNumber('cut-pages', values['cut-pages'], 1_000_000);
  if (cutPagesTo === 0) throw new RangeError('--cut-pages takes at least 1 row.');
  const secret = values['two-factor'] ? newTotpSecret() : undefined;
  const options: ShopOptions = {
    port: wholeNumber('port', values.port, 65_535) ?? 0,
    latencyMs: wholeNumber('latency', values.latency, 600_000) ?? 0,
    mode: modeOf(values.mode),
    ...(values.host ? { host: values.host } : {}),
    ...(values.release ? { release: values.release } : {}),
    ...(customers === undefined ? {} : { population: { customers } }),
    ...(secret === undefined ? {} : { twoFactor: { secrets: { admin: secret } } }),
    ...(values.limits ? { inputLimits: 'usual' } : {}),
    ...(cutPagesTo === undefined ? {} : { cutPagesTo }),
    ...(values.queue ? { asyncRequests: 'when run' } : {}),
  };
  const shop = await startMagentoShop(options);
  process.stdout.write(`${shop.url}\n`);
  if (secret) process.stdout.write(`secret of the authenticator app: ${secret}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shop.stop());
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 1;
}
