import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startCli } from '../testing/cli-process.ts';
import { startCliShop } from '../testing/cli-shop.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** A collector that takes traces as OTLP over HTTP in JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () =>
      bodies.flatMap((body) =>
        (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(
          ({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
  };
}

/** Options of Node by which a process says on standard error what of OpenTelemetry it loads. */
async function tellingLoads(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-loads-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const hooks =
    "import { writeSync } from 'node:fs'; export async function resolve(name, context, next) {" +
    " if (/opentelemetry.sdk|bullmq-otel/.test(name)) writeSync(2, 'loads ' + name + '\\n'); return next(name, context); }";
  const file = join(folder, 'tell.mjs');
  await writeFile(
    file,
    `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`,
  );
  return `--import=${pathToFileURL(file).href}`;
}

test('jobs, runs, pages, transactions and requests are one trace, without a secret or anything of a record', async () => {
  const collector = await startCollector();
  const { shop, environment } = await startCliShop({ population: { customers: 40 } });
  const daemon = await startCli(['daemon'], {
    ...environment,
    NODE_OPTIONS: await tellingLoads(),
    LOG_LEVEL: 'debug',
    PULL_EVERY: '1s',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
  await expect.poll(() => collector.spans().map(({ name }) => name)).toContain('pull');
  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Edited' });
  const pageOfPull = () => {
    const spans = collector.spans();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const above = (span: Span): string[] => {
      const parent = byId.get(span.parentSpanId ?? '');
      return parent ? [parent.name, ...above(parent)] : [];
    };
    return spans.filter(({ name }) => name === 'transaction').map((span) => above(span));
  };
  await expect.poll(pageOfPull).toContainEqual(['page', 'pull', expect.stringMatching(/^process .*-fresh$/)]);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);

  const spans = collector.spans();
  const run = spans.find(({ name }) => name === 'pull');
  const requests = spans.filter(
    ({ parentSpanId, name }) => parentSpanId === run?.spanId && name.startsWith('GET '),
  );
  expect(requests.map(({ name }) => name)).toContain('GET /V1/customers/search');
  expect(daemon.stdout).toContain(`"trace_id":"${run?.traceId}"`);
  expect(daemon.stderr).toContain('loads @opentelemetry/sdk-node');

  const sent = collector.bodies.join();
  expect(sent).toContain('"stringValue":"magento-sync"');
  expect(sent).not.toContain(environment['MAGENTO_PASSWORD']);
  for (const id of shop.customers.ids()) {
    const { email, lastname } = shop.customers.get(id)!;
    expect(sent).not.toContain(email);
    expect(sent).not.toContain(`"${lastname}"`);
  }
});

test('without the variables of OpenTelemetry nothing of it is loaded, and a collector that is away holds nothing up', async () => {
  const { environment } = await startCliShop({ population: { customers: 5 } });
  const options = { ...environment, NODE_OPTIONS: await tellingLoads() };
  const plain = await startCli(['backfill'], options);
  expect(await plain.ended).toBe(0);
  expect(plain.stderr).not.toContain('loads ');
  const traced = await startCli(['pull'], { ...options, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(await traced.ended).toBe(0);
  expect(traced.stderr).toContain('loads @opentelemetry/sdk-node');
  const off = await startCli(['pull'], {
    ...options,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_SDK_DISABLED: 'true',
  });
  expect(await off.ended).toBe(0);
  expect(off.stderr).not.toContain('loads ');
});
