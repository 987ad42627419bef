// Keeps the page up to date: the server rings, the page reads itself again and swaps the parts that changed.
// Without this file the page reloads itself every half a minute; nothing else is lost.
(() => {
  const { events } = document.body.dataset;
  if (!events) return;

  const everyMs = 30_000;
  const pollEveryMs = 15_000;
  const silentAfterMs = 25_000;
  const leastGapMs = 2_000;
  let source;
  let heardAt = 0;
  let readAt = Date.now();
  let reading = false;
  let version;
  let over = false;

  const word = (text) => {
    const shown = document.querySelector('[data-live-word]');
    if (shown) shown.textContent = text;
  };

  const isHeard = () => Date.now() - heardAt < silentAfterMs;

  /** Old numbers must look old. */
  const judge = () => {
    const asOf = Date.parse(document.querySelector('#as-of')?.dataset.asOf ?? '');
    const ageMs = Date.now() - Math.max(readAt, asOf || 0);
    const old = over || ageMs > everyMs + silentAfterMs;
    document.body.classList.toggle('old', old);
    if (over) word('your session is over: load the page again to sign in');
    else if (old) word(`not live: nothing new for ${Math.round(ageMs / 1000)} s, what follows may be old`);
    else word(isHeard() ? 'live' : 'every 15 s');
  };

  /** Never takes away what somebody types or has selected. */
  const isInUse = (part) => {
    const active = document.activeElement;
    if (part.contains(active) && active.matches('input, select, textarea, button')) return true;
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  const swap = (fresh) => {
    for (const part of document.querySelectorAll('[data-live]')) {
      const other = part.id && fresh.getElementById(part.id);
      if (!other || isInUse(part) || part.innerHTML === other.innerHTML) continue;
      const focused = part.contains(document.activeElement)
        ? document.activeElement.getAttribute('href')
        : null;
      const opened = [...part.querySelectorAll('details')].map((each) => each.open);
      if (part.dataset.state !== other.dataset.state) {
        document.querySelector('#announcement').textContent = other.dataset.state ?? '';
      }
      for (const { name, value } of other.attributes) part.setAttribute(name, value);
      part.innerHTML = other.innerHTML;
      for (const [index, each] of [...part.querySelectorAll('details')].entries())
        each.open = opened[index] ?? each.open;
      if (focused !== null) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    }
    document.title = fresh.title;
    const icon = document.querySelector('link[rel=icon]');
    const other = fresh.querySelector('link[rel=icon]');
    if (icon && other && icon.getAttribute('href') !== other.getAttribute('href')) {
      icon.setAttribute('href', other.getAttribute('href'));
    }
    localTimes();
  };

  const read = async () => {
    if (reading || over || Date.now() - readAt < leastGapMs) return;
    reading = true;
    try {
      const answer = await fetch(location.href, { headers: { 'x-by-itself': '1' }, cache: 'no-store' });
      if (answer.status === 401) {
        over = true;
        source?.close();
      } else {
        swap(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        readAt = Date.now();
      }
    } catch {
      // The next look may get through.
    } finally {
      reading = false;
      judge();
    }
  };

  /** Times stay in UTC; the local one is in the hint. */
  const localTimes = () => {
    for (const time of document.querySelectorAll('time[title$=UTC]')) {
      time.title = `${time.title} · ${new Date(time.dateTime).toLocaleString()}`;
    }
  };

  const listen = () => {
    if (source || over) return;
    source = new EventSource(events);
    const hear = (event) => {
      heardAt = Date.now();
      const changed = version !== undefined && event.data !== version;
      version = event.data;
      if (changed) wanted = true;
      judge();
    };
    source.addEventListener('change', hear);
    source.addEventListener('beat', hear);
  };

  let wanted = false;
  setInterval(() => {
    if (document.hidden) return;
    const sinceMs = Date.now() - readAt;
    if (wanted && sinceMs >= leastGapMs) {
      wanted = false;
      void read();
    } else if (sinceMs >= (isHeard() ? everyMs : pollEveryMs)) void read();
    judge();
  }, 1_000);

  // A browser has six connections to a server: only the page that somebody sees may hold one.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
      return;
    }
    listen();
    void read();
  });
  if (!document.hidden) listen();
  localTimes();
})();
