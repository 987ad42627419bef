import type { RequestEvent } from '@magento-sync/magento-client';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';
import type { Environment } from './config/environment.ts';

/** The name under which traces are sent, unless OTEL_SERVICE_NAME says another. */
const serviceName = 'magento-sync';

/** OpenTelemetry's interface, once traces are on; without them nothing of it is loaded. */
let api: typeof OpenTelemetry | undefined;

const tracerOf = ({ trace }: typeof OpenTelemetry) => trace.getTracer(serviceName);

/** Tracing that is on. */
export interface RunningTelemetry extends AsyncDisposable {
  /** Spans of jobs, handed to BullMQ. */
  readonly jobs: Telemetry;
}

/** Whether the standard variables of OpenTelemetry ask for traces. */
export function isTraced(environment: Environment): boolean {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporter = environment['OTEL_TRACES_EXPORTER'];
  if (exporter !== undefined && exporter !== '') return exporter !== 'none';
  return Boolean(
    environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
  );
}

/**
 * Starts OpenTelemetry as its variables say; `undefined`, and nothing of it loaded, where they ask for no traces.
 *
 * Metrics are Prometheus's and logs go to standard error, so both stay off unless their own variables say otherwise.
 */
export async function startTelemetry(environment: Environment): Promise<RunningTelemetry | undefined> {
  if (!isTraced(environment)) return undefined;
  const [opentelemetry, { NodeSDK }, { BullMQOtel }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-node'),
    import('bullmq-otel'),
  ]);
  api = opentelemetry;
  // The SDK reads them from the process alone.
  process.env['OTEL_SERVICE_NAME'] ??= serviceName;
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const sdk = new NodeSDK({ instrumentations: [] });
  sdk.start();
  return {
    jobs: new BullMQOtel({ tracerName: serviceName }),
    // A collector that is away must not hold up the end of the process.
    [Symbol.asyncDispose]: () => sdk.shutdown().catch(() => {}),
  };
}

/**
 * Does the work in a span of this name; without tracing it just does it.
 *
 * Of an error only its name is told: messages may quote the shop, and with it a record.
 */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  { startedAtMs }: { readonly startedAtMs?: number } = {},
): Promise<T> {
  if (api === undefined) return work();
  const { context, trace } = api;
  const start = startedAtMs === undefined ? {} : { startTime: startedAtMs };
  const span = tracerOf(api).startSpan(name, { attributes, ...start });
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    fail(span, error instanceof Error ? error.name : 'Error');
    throw error;
  } finally {
    span.end();
  }
}

/** The span of an attempt of a request that has ended, below whatever asked for it. */
export function traceRequest({
  method,
  route,
  attempt,
  status,
  durationMs,
  bytes,
  errorCode,
}: RequestEvent): void {
  if (api === undefined) return;
  const span = tracerOf(api).startSpan(`${method} ${route}`, {
    kind: api.SpanKind.CLIENT,
    startTime: Date.now() - durationMs,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.request.resend_count': attempt - 1,
      'http.response.body.size': bytes,
      ...(status === null ? {} : { 'http.response.status_code': status }),
    },
  });
  if (errorCode !== null) fail(span, errorCode);
  span.end();
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  if (api) span.setStatus({ code: api.SpanStatusCode.ERROR });
}

/** The trace that a line of the log belongs to; nothing where there is none. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const span = api?.trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
