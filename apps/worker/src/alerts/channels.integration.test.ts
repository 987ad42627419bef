import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { shopVariables, startReceiver } from '../../testing/webhook-receiver.ts';

async function startMailServer() {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, answer) =>
      password === 'mail-secret' ? answer(null, { user: username }) : answer(new Error('no')),
    onData(stream, _session, answer) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push(text);
        answer();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { mails, port: (listening.address() as AddressInfo).port };
}

test('"alerts test" sends an alert and its end through Slack and e-mail, and names what does not arrive', async () => {
  const receiver = await startReceiver();
  const { mails, port } = await startMailServer();
  const variables = {
    ...shopVariables,
    ALERT_WEBHOOK_URL: receiver.url,
    ALERT_WEBHOOK_FORMAT: 'slack',
    ALERT_EMAIL_TO: 'oncall@example.com, shop@example.com',
    ALERT_EMAIL_FROM: 'magento-sync@example.com',
    ALERT_SMTP_URL: `smtp://sync:mail-secret@127.0.0.1:${port}`,
  };
  expect(await runCommand(['alerts', 'test'], variables)).toMatchObject({
    exitCode: 0,
    stdout: 'webhook: taken, an alert and its end\nemail: taken, an alert and its end\n',
  });
  expect(receiver.received.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
    {
      text: expect.stringMatching(/^✕ test: /),
      blocks: [{ type: 'header' }, { type: 'section' }, { type: 'context' }],
    },
    { text: expect.stringMatching(/^✓ test: /) },
  ]);
  const [firing, resolved] = mails;
  expect(firing).toMatch(/^From: magento-sync@example\.com/m);
  expect(firing).toMatch(/^To: oncall@example\.com, shop@example\.com/m);
  expect(firing).toMatch(/^Auto-Submitted: auto-generated/m);
  const [, id] = /^Message-ID: (<\S+>)/m.exec(firing ?? '') ?? [];
  expect(resolved).toContain(`In-Reply-To: ${id}`);

  const refused = await runCommand(['alerts', 'test', '--json'], {
    ...variables,
    ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/webhook-secret',
    ALERT_SMTP_URL: `smtp://sync:wrong-secret@127.0.0.1:${port}`,
  });
  expect(refused.exitCode).toBe(1);
  expect(JSON.parse(refused.stdout)).toEqual([
    {
      channel: 'webhook',
      arrived: false,
      problem: expect.stringMatching(/^ALERT_WEBHOOK_URL cannot be reached/),
    },
    { channel: 'email', arrived: false, problem: 'The mail server refuses the login of ALERT_SMTP_URL.' },
  ]);
  expect(refused.stdout + refused.stderr).not.toMatch(/secret/);
});

test('a redirect is not followed', async () => {
  const receiver = await startReceiver();
  const other = await startReceiver();
  receiver.status = 302;
  receiver.headers = { location: other.url };
  const outcome = await runCommand(['alerts', 'test'], { ...shopVariables, ALERT_WEBHOOK_URL: receiver.url });
  expect(outcome).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/answers 302, a redirect/) });
  expect(other.received).toEqual([]);
});

test.each([
  [{}, 'No channel is configured'],
  [{ ALERT_EMAIL_TO: 'oncall@example.com' }, 'ALERT_SMTP_URL'],
  [{ ALERT_SMTP_URL: 'smtp://mail.example.com' }, 'ALERT_EMAIL_TO'],
  [{ ALERT_WEBHOOK_URL: 'ftp://example.com/hidden' }, 'ALERT_WEBHOOK_URL'],
  [{ ALERT_WEBHOOK_URL: 'https://example.com', ALERT_WEBHOOK_FORMAT: 'teams' }, 'ALERT_WEBHOOK_FORMAT'],
])('%o is refused with %s', async (variables, named) => {
  const outcome = await runCommand(['alerts', 'test'], {
    ...shopVariables,
    ...(variables as Record<string, string>),
  });
  expect(outcome).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(named) });
  expect(outcome.stderr).not.toContain('hidden');
});
