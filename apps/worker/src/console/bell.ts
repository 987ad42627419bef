import type { ServerResponse } from 'node:http';

/** Tells browsers when to look again: it never says what has changed. */
export interface Bell extends Disposable {
  /** Whether one more browser can be followed, of all and of one visitor. */
  hasRoomFor(who: string): boolean;
  /** Follows one browser until it goes away or its session ends. */
  follow(
    response: ServerResponse,
    follower: { readonly who: string; readonly stillMay: () => Promise<boolean> },
  ): void;
}

interface Follower {
  readonly response: ServerResponse;
  readonly who: string;
  readonly stillMay: () => Promise<boolean>;
}

const mostFollowers = 50;
const mostOfOne = 4;
const beatEvery = 5;

/** Creates the bell; nothing is looked at while nobody follows. */
export function createBell(version: () => Promise<string>, lookEveryMs = 2_000): Bell {
  const followers = new Set<Follower>();
  let timer: NodeJS.Timeout | undefined;
  let last = '';
  let rounds = 0;
  const leave = (follower: Follower) => {
    followers.delete(follower);
    follower.response.end();
    if (followers.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
  const tell = (follower: Follower, event: string, data: string) => {
    // A browser that does not read what it is sent is not followed any longer.
    if (follower.response.writableLength > 16_384) leave(follower);
    else follower.response.write(`event: ${event}\ndata: ${data}\n\n`);
  };
  const round = async () => {
    rounds += 1;
    const now = await version().catch(() => 'unknown');
    const changed = now !== last;
    last = now;
    const beats = rounds % beatEvery === 0;
    for (const follower of followers) {
      if (beats && !(await follower.stillMay().catch(() => true))) leave(follower);
      else if (changed) tell(follower, 'change', now);
      else if (beats) tell(follower, 'beat', now);
    }
    if (followers.size > 0) timer = setTimeout(() => void round(), lookEveryMs);
  };
  return {
    hasRoomFor(who) {
      const own = [...followers].filter((each) => each.who === who).length;
      return followers.size < mostFollowers && own < mostOfOne;
    },
    follow(response, { who, stillMay }) {
      const follower = { response, who, stillMay };
      followers.add(follower);
      response.on('close', () => leave(follower));
      response.write('retry: 5000\n\n');
      tell(follower, 'beat', last);
      timer ??= setTimeout(() => void round(), lookEveryMs);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const follower of followers) leave(follower);
    },
  };
}
