/** Whether this replica is the one that writes what only one may write. */
export interface Leadership {
  isLeader(): boolean;
  /** Told at every change, with the new state; the returned function ends it. */
  onChange(listener: (leads: boolean) => void): () => void;
}

export interface SettableLeadership extends Leadership {
  set(leads: boolean): void;
}

export function createLeadership(): SettableLeadership {
  const listeners = new Set<(leads: boolean) => void>();
  let leads = false;
  return {
    isLeader: () => leads,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (now) => {
      if (now === leads) return;
      leads = now;
      for (const listener of [...listeners]) listener(now);
    },
  };
}

/** Runs `work` for each term of leadership; its signal ends with the term, and with `signal`. */
export function whileLeading(leadership: Leadership, signal: AbortSignal, work: (term: AbortSignal) => void): void {
  let term: AbortController | undefined;
  const change = (leads: boolean): void => {
    term?.abort();
    term = leads && !signal.aborted ? new AbortController() : undefined;
    if (term !== undefined) work(term.signal);
  };
  const end = leadership.onChange(change);
  signal.addEventListener("abort", () => {
    end();
    term?.abort();
  });
  change(leadership.isLeader());
}
