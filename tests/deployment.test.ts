import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { expect, test } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { z } from 'zod';
import { variables } from '../apps/worker/src/config/variables.ts';
import { exitCodes } from '../apps/worker/src/exit-codes.ts';
import { livezRoute } from '../apps/worker/src/http/routes/livez.ts';
import { readyzRoute } from '../apps/worker/src/http/routes/readyz.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, 'deploy', ...path), 'utf8');

const deadlineMs = variables.SHUTDOWN_DEADLINE.schema.parse(variables.SHUTDOWN_DEADLINE.default);

test('the Kubernetes manifests are valid, name variables that exist and probe what the daemon serves', () => {
  const text = read('kubernetes', 'magento-sync.yaml');
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  const [config, deployment, service, budget] = documents;
  for (const object of [
    new ConfigMap(config),
    new Deployment(deployment),
    new Service(service),
    new PodDisruptionBudget(budget),
  ]) {
    object.validate();
  }
  expect(documents.map(({ kind }) => kind)).toEqual([
    'ConfigMap',
    'Deployment',
    'Service',
    'PodDisruptionBudget',
  ]);

  const secrets = [...text.matchAll(/--from-literal=(\w+)=/g)].map(([, name]) => name);
  expect(secrets).toContain('DATABASE_URL');
  for (const name of [...Object.keys(config.data), ...secrets])
    expect(Object.keys(variables)).toContain(name);

  const { template, replicas } = deployment.spec;
  const [worker] = template.spec.containers;
  expect(replicas).toBe(2);
  expect(worker.ports).toEqual([{ name: 'http', containerPort: Number(config.data.HTTP_PORT) }]);
  expect(worker.livenessProbe.httpGet.path).toBe(livezRoute.path);
  expect(worker.readinessProbe.httpGet.path).toBe(
    readyzRoute(async () => ({ ready: true, checks: {} })).path,
  );
  expect(template.metadata.annotations['prometheus.io/port']).toBe(config.data.HTTP_PORT);
  expect(template.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(deadlineMs);
});

test('the image has all that packages install, and its health check waits as long as the probes of Kubernetes', () => {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const copied = [
    ...(/find apps packages -maxdepth 2 [^)]*/.exec(lines.join('\n'))?.[0] ?? '').matchAll(/-name (\w+)/g),
  ];
  const folders = ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  const installed = folders
    .filter((folder) => !folder.endsWith('magento-testkit'))
    .flatMap(
      (folder) =>
        (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { files: string[] }).files,
    )
    .filter((name) => !name.includes('.'));
  expect(new Set(copied.map(([, name]) => name))).toEqual(new Set(installed));

  const check = lines.find((line) => line.startsWith('HEALTHCHECK')) ?? '';
  expect(check).toMatch(/CMD \["magento-sync", "health"\]$/);
  const [, minutes] = /--start-period=(\d+)m /.exec(check) ?? [];
  const [, deployment] = parseAllDocuments(read('kubernetes', 'magento-sync.yaml')).map((each) =>
    each.toJS(),
  );
  const [{ startupProbe, image }] = deployment.spec.template.spec.containers;
  expect(startupProbe.httpGet.path).toBe(livezRoute.path);
  expect(Number(minutes) * 60).toBe(startupProbe.periodSeconds * startupProbe.failureThreshold);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(image).toBe(`magento-sync:${version}`);
});

test('docker-compose.yml starts the worker once its servers are healthy, with their addresses, and lets it end in order', () => {
  const file = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const { services, volumes } = parseDocument(file).toJS();
  const { postgres, redis, worker } = services;
  for (const name of Object.keys(worker.environment)) expect(Object.keys(variables)).toContain(name);
  // The password is a variable of the one who starts it, the same in both places.
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = postgres.environment;
  expect(worker.environment.DATABASE_URL).toBe(`postgres://${user}:${password}@postgres:5432/${database}`);
  expect(worker.environment.QUEUE_URL).toBe('redis://redis:6379');
  expect(redis.command.join(' ')).toContain('--maxmemory-policy noeviction --appendonly yes');
  const port = worker.environment.HTTP_PORT;
  expect(worker.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(worker.depends_on).toEqual({
    postgres: { condition: 'service_healthy' },
    redis: { condition: 'service_healthy' },
  });
  for (const server of [postgres, redis]) {
    expect(server.healthcheck.test).toEqual(expect.arrayContaining([expect.stringMatching(/^CMD/)]));
    const [volume = ''] = server.volumes.map((mounted: string) => mounted.split(':')[0]);
    expect(volumes).toHaveProperty(volume);
  }
  expect(worker).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  // That of the image, which knows no server and no port.
  expect(worker).not.toHaveProperty('healthcheck');
  expect(variables.SHUTDOWN_DEADLINE.schema.parse(worker.stop_grace_period)).toBeGreaterThan(deadlineMs);
});

const flag = z.literal(['yes', 'no']);
/** The directives of systemd 249 and newer that the unit uses; anything else is a mistake or has to be looked up. */
const unitSchema = z.strictObject({
  Unit: z.strictObject({
    Description: z.string(),
    Documentation: z.string().regex(/^(file|man|https?):/),
    Wants: z.string(),
    After: z.string(),
  }),
  Service: z.strictObject({
    Type: z.literal('exec'),
    ExecStart: z.string().regex(/^\/\S+ magento-sync daemon$/),
    ExecReload: z.string().regex(/^\/\S+ -HUP \$MAINPID$/),
    EnvironmentFile: z.string().startsWith('/etc/'),
    DynamicUser: flag,
    StateDirectory: z.string().regex(/^[a-z-]+$/),
    StateDirectoryMode: z.string().regex(/^0[0-7]{3}$/),
    WorkingDirectory: z.string().startsWith('/var/lib/'),
    Restart: z.literal(['always', 'on-failure']),
    RestartSec: z.string().regex(/^\d+s$/),
    RestartPreventExitStatus: z.string().regex(/^\d+$/),
    TimeoutStopSec: z.string().regex(/^\d+s$/),
    KillMode: z.literal(['mixed', 'control-group']),
    UMask: z.string().regex(/^0[0-7]{3}$/),
    NoNewPrivileges: flag,
    ProtectSystem: z.literal(['yes', 'full', 'strict']),
    ProtectHome: flag,
    PrivateTmp: flag,
    PrivateDevices: flag,
    ProtectKernelTunables: flag,
    ProtectKernelModules: flag,
    ProtectControlGroups: flag,
    RestrictAddressFamilies: z.string().regex(/^(AF_\w+ ?)+$/),
    RestrictRealtime: flag,
    LockPersonality: flag,
    CapabilityBoundingSet: z.literal(''),
  }),
  Install: z.strictObject({ WantedBy: z.literal('multi-user.target') }),
});

test('the systemd unit has directives that exist, waits as long as a shutdown takes and does not restart for ever', () => {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of read('systemd', 'magento-sync.service').split('\n')) {
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (title) section = sections[title] = {};
    else if (line !== '' && !line.startsWith('#')) {
      const [name, ...value] = line.split('=');
      expect(section).not.toHaveProperty(name!);
      section[name!] = value.join('=');
    }
  }
  const { Service: service } = unitSchema.parse(sections);
  expect(Number.parseInt(service.TimeoutStopSec, 10) * 1_000).toBeGreaterThan(deadlineMs);
  expect(Number(service.RestartPreventExitStatus)).toBe(exitCodes.usage);
  expect(service.WorkingDirectory).toBe(`/var/lib/${service.StateDirectory}`);
});
