/** Reads a value change dump as far as the tests need it: scalars and vectors by full name, sampled by time. */

export interface VcdSignal {
  /** Change times, ascending, and the value from each on. */
  readonly times: number[];
  readonly values: string[];
}

/** Full name (scopes with dots) → changes. Several names may share one signal. */
export function readVcd(text: string): Map<string, VcdSignal> {
  const scopes: string[] = [];
  const byCode = new Map<string, VcdSignal>();
  const signals = new Map<string, VcdSignal>();
  const head = text.indexOf('$enddefinitions');
  for (const [, keyword, body] of text.slice(0, head).matchAll(/\$(scope|upscope|var)\s+(.*?)\s*\$end/gs)) {
    const words = body.split(/\s+/);
    if (keyword === 'scope') scopes.push(words[1]);
    else if (keyword === 'upscope') scopes.pop();
    else {
      const signal = byCode.get(words[2]) ?? { times: [], values: [] };
      byCode.set(words[2], signal);
      signals.set([...scopes, words[3]].join('.'), signal);
    }
  }
  let time = 0;
  const put = (code: string, value: string): void => {
    const signal = byCode.get(code);
    if (!signal) throw new Error(`the dump changes '${code}', which it did not declare`);
    signal.times.push(time);
    signal.values.push(value);
  };
  for (const line of text.slice(text.indexOf('$end', head) + 4).split('\n')) {
    if (line.startsWith('#')) {
      const next = Number(line.slice(1));
      if (next < time) throw new Error(`time runs back from ${time} to ${next}`);
      time = next;
    } else if (/^[01xzXZ]/.test(line)) put(line.slice(1), line[0]);
    else if (/^[bB]/.test(line)) put(line.split(' ')[1], line.slice(1).split(' ')[0]);
  }
  return signals;
}

/** Value at `time`; undefined before the first change. */
export function valueAt(signal: VcdSignal, time: number): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < signal.times.length && signal.times[i] <= time; i++) value = signal.values[i];
  return value;
}
