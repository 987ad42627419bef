import { expect, test } from 'vitest';
import {
  type CheckpointKey,
  type CheckpointState,
  createCheckpointRepository,
  FencedOutError,
} from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';

const blank: CheckpointState = {
  afterUpdatedAt: null,
  afterId: 0,
  upToId: null,
  watermark: null,
  startedAt: null,
  completedAt: null,
};
const noon = new Date('2026-06-01T12:00:00.000Z');

describeOnEveryPostgres('checkpoints', (stage) => {
  function open(kind: CheckpointKey['kind'] = 'pull', range = 'all') {
    const key: CheckpointKey = { shop: stage.freshShop(), entity: 'customers', kind, range };
    return { key, checkpoints: createCheckpointRepository(stage.database) };
  }

  test('a claim creates, a second one takes over what the first has written', async () => {
    const { key, checkpoints } = open();
    const state = {
      ...blank,
      afterUpdatedAt: '2026-03-01 12:00:00',
      afterId: 7,
      watermark: '2026-02-28 23:59:59',
      startedAt: noon,
    };
    const first = await checkpoints.claim(key, blank);
    expect(first.state).toEqual(blank);
    await checkpoints.advance(key, first.fence, state);

    const second = await checkpoints.claim(key, blank);

    expect(second.state).toEqual(state);
    await expect(checkpoints.advance(key, first.fence, state)).rejects.toThrow(FencedOutError);
    await expect(checkpoints.complete(key, first.fence, noon)).rejects.toThrow(FencedOutError);
  });

  test('the watermark of a pull never moves back, its position may', async () => {
    const { key, checkpoints } = open();
    const { fence } = await checkpoints.claim(key, {
      ...blank,
      watermark: '2026-03-01 00:00:00',
      afterId: 9,
    });
    await checkpoints.advance(key, fence, { ...blank, watermark: '2026-02-01 00:00:00', afterId: 3 });
    await checkpoints.advance(key, fence, { ...blank, watermark: null, afterId: 4 });
    expect((await checkpoints.list(key))[0]?.state).toMatchObject({
      watermark: '2026-03-01 00:00:00',
      afterId: 4,
    });
  });

  test('within a range the position never moves back', async () => {
    const { key, checkpoints } = open('sweep', '0-100');
    const { fence } = await checkpoints.claim(key, { ...blank, upToId: 100 });
    await checkpoints.advance(key, fence, { ...blank, upToId: 100, afterId: 60 });
    await checkpoints.advance(key, fence, { ...blank, upToId: 100, afterId: 40 });
    expect((await checkpoints.list(key))[0]?.state).toMatchObject({ afterId: 60, upToId: 100 });
  });

  test('a reset puts everything back and fences out the holder', async () => {
    const { key, checkpoints } = open();
    const held = await checkpoints.claim(key, { ...blank, watermark: '2026-03-01 00:00:00' });
    const reset = await checkpoints.reset(key, blank);
    expect(reset.state).toEqual(blank);
    await expect(checkpoints.advance(key, held.fence, blank)).rejects.toThrow(FencedOutError);
    await checkpoints.advance(key, reset.fence, blank);
  });

  test('a time that is none is refused before anything is written', async () => {
    const { key, checkpoints } = open();
    await expect(checkpoints.claim(key, { ...blank, watermark: 'yesterday' })).rejects.toThrow(
      "watermark 'yesterday' is not 'YYYY-MM-DD HH:MM:SS'",
    );
    expect(await checkpoints.list(key)).toEqual([]);
  });

  const ranges = (...bounds: [number, number | null][]) =>
    bounds.map(([afterId, upToId]) => ({
      range: `${afterId}-${upToId ?? ''}`,
      state: { ...blank, afterId, upToId },
    }));

  test('of planners at the same time one plans and the others get its plan', async () => {
    const { key, checkpoints } = open('backfill');
    const plans = await Promise.all(
      [100, 200, 300].map((middle) =>
        checkpoints.planRanges({ ...key, ranges: ranges([0, middle], [middle, null]) }),
      ),
    );
    expect(plans.filter(({ planned }) => planned)).toHaveLength(1);
    const stored = (await checkpoints.list(key.range === 'all' ? { shop: key.shop } : key)).map(
      ({ key: { range } }) => range,
    );
    for (const plan of plans) expect(plan.checkpoints.map(({ key: { range } }) => range)).toEqual(stored);
  });

  test('a range is split behind its position, and who reads it keeps writing up to the new end', async () => {
    const { key, checkpoints } = open('backfill', '0-');
    const held = await checkpoints.claim(key, blank);
    await checkpoints.advance(key, held.fence, { ...blank, startedAt: noon, afterId: 40 });
    const at = (atId: number) => ({ atId, range: `${atId}-`, startedAt: noon });

    expect(await checkpoints.split(key, at(40))).toBe(false);
    expect(await checkpoints.split(key, at(70))).toBe(true);
    expect(await checkpoints.split(key, at(70))).toBe(false);
    expect(await checkpoints.split(key, at(90))).toBe(false);

    const states = async () =>
      (await checkpoints.list({ shop: key.shop })).map(({ key: { range }, state }) => [
        range,
        state.afterId,
        state.upToId,
      ]);
    expect(await states()).toEqual([
      ['0-', 40, 70],
      ['70-', 70, null],
    ]);
    // Who does not know of it yet neither takes the end back nor seems to be at it.
    await checkpoints.advance(key, held.fence, { ...blank, startedAt: noon, afterId: 85 });
    expect(await states()).toContainEqual(['0-', 69, 70]);
    await checkpoints.advance(key, held.fence, { ...blank, upToId: 70, startedAt: noon, completedAt: noon });
    expect(await checkpoints.split(key, at(69.5))).toBe(false);
  });

  test('an unfinished plan goes on, a finished one gives way, a replaced one fences its jobs out', async () => {
    const { key, checkpoints } = open('sweep');
    const planned = await checkpoints.planRanges({ ...key, ranges: ranges([0, 10], [10, null]) });
    const [first, second] = planned.checkpoints;
    expect(await checkpoints.planRanges({ ...key, ranges: ranges([0, null]) })).toMatchObject({
      planned: false,
    });

    for (const { key: range, fence } of [first!, second!]) await checkpoints.complete(range, fence, noon);
    const next = await checkpoints.planRanges({ ...key, ranges: ranges([0, 10], [10, null]) });
    expect(next).toMatchObject({ planned: true, checkpoints: [{ state: { completedAt: null } }, {}] });
    // The range has its old name again; the job of the old plan must not write into it.
    await expect(checkpoints.advance(first!.key, first!.fence, blank)).rejects.toThrow(FencedOutError);

    expect(await checkpoints.planRanges({ ...key, ranges: ranges([0, null]), replace: true })).toMatchObject({
      planned: true,
      checkpoints: [{ key: { range: '0-' } }],
    });
    expect(await checkpoints.remove({ shop: key.shop })).toBe(1);
  });
});
