import { parseArgs } from 'node:util';
import { startMagentoShop } from './shop.ts';

const help = `Usage: magento-shop [options]

A stand-in Magento 2 shop that answers over HTTP until SIGTERM or SIGINT.

  --port <number>       port to listen on (a free one by default)
  --host <address>      network interface (127.0.0.1 by default)
  --customers <number>  a made-up population of this size instead of the 2,500 recorded customers
  --latency <ms>        time before every answer
  --release <version>   release to behave like, from 2.3.0 to 2.4.8 (2.4.7 by default)
  --help                this text

Sign in as admin with Passw0rd123! (user "catalog" has no right to customers).
`;

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new RangeError(`--${name} takes a whole number up to ${most}, not "${text}".`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      customers: { type: 'string' },
      latency: { type: 'string' },
      release: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const customers = wholeNumber('customers', values.customers, 5_000_000);
  const shop = await startMagentoShop({
    port: wholeNumber('port', values.port, 65_535) ?? 0,
    latencyMs: wholeNumber('latency', values.latency, 600_000) ?? 0,
    ...(values.host ? { host: values.host } : {}),
    ...(values.release ? { release: values.release } : {}),
    ...(customers === undefined ? {} : { population: { customers } }),
  });
  process.stdout.write(`${shop.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shop.stop());
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 1;
}
