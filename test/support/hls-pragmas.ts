/**
 * Checks `#pragma HLS` lines against the pragmas and arguments of the vendor's user guide UG1399 that this project
 * uses: an unknown one would be ignored by the vendor's tool with no more than a warning.
 */

/** Allowed values; an array lists keywords, `integer` and `name` also take a constant's name. */
type Rule = 'integer' | 'name' | 'flag' | readonly string[];

interface Pragma {
  readonly needs: readonly string[];
  readonly args: Readonly<Record<string, Rule>>;
}

const PARTITION = {
  needs: ['variable', 'type'],
  args: {
    variable: 'name',
    type: ['cyclic', 'block', 'complete'],
    factor: 'integer',
    dim: 'integer',
  },
} as const;

const MEMORIES = ['ram_1p', 'ram_1wnr', 'ram_2p', 'ram_s2p', 'ram_t2p', 'rom_1p', 'rom_2p', 'rom_np', 'fifo'];

const PRAGMAS: Readonly<Record<string, Pragma>> = {
  PIPELINE: { needs: ['II', 'style'], args: { II: 'integer', style: ['stp', 'frp', 'flp'], rewind: 'flag' } },
  DATAFLOW: { needs: [], args: { disable_start_propagation: 'flag' } },
  UNROLL: { needs: [], args: { factor: 'integer' } },
  INLINE: { needs: [], args: { off: 'flag', recursive: 'flag' } },
  ARRAY_PARTITION: PARTITION,
  ARRAY_RESHAPE: PARTITION,
  BIND_STORAGE: {
    needs: ['variable', 'type'],
    args: { variable: 'name', type: MEMORIES, impl: ['bram', 'lutram', 'uram', 'srl'], latency: 'integer' },
  },
  BIND_OP: {
    needs: ['variable', 'op'],
    args: { variable: 'name', op: ['mul', 'add', 'sub'], impl: ['dsp', 'fabric'], latency: 'integer' },
  },
  INTERFACE: { needs: ['mode', 'port'], args: { mode: ['axis', 'ap_ctrl_none'], port: 'name' } },
  STREAM: { needs: ['variable', 'depth'], args: { variable: 'name', depth: 'integer' } },
  LOOP_TRIPCOUNT: { needs: ['min', 'max'], args: { min: 'integer', max: 'integer', avg: 'integer' } },
};

const isLegal = (rule: Rule, value: string | undefined): boolean => {
  if (rule === 'flag') return value === undefined;
  if (value === undefined) return false;
  if (rule === 'integer') return /^(\d+|[A-Z][A-Z0-9_]*)$/.test(value);
  return rule === 'name' ? /^[A-Za-z_]\w*$/.test(value) : rule.includes(value);
};

/** Problems of one line, in words. */
function lineProblems(line: string, declared: string): string[] {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const pragma = PRAGMAS[name];
  if (!pragma) return [`unknown pragma ${name}`];
  const given = new Map(words.map((w) => w.split('=') as [string, string | undefined]));
  const problems = pragma.needs.filter((n) => !given.has(n)).map((n) => `${name} without ${n}`);
  for (const [key, value] of given) {
    const rule = pragma.args[key];
    if (!rule) problems.push(`${name} has no argument ${key}`);
    else if (!isLegal(rule, value)) problems.push(`${name} ${key}=${value}`);
    else if (rule === 'name' && value !== 'return' && !new RegExp(`\\b${value}\\b`).test(declared))
      problems.push(`${name} of ${value}, which is not declared above`);
  }
  return problems;
}

/** Problems of all pragmas of a file; `known` is text that declares further names. */
export function pragmaProblems(text: string, known = ''): string[] {
  const problems: string[] = [];
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    const pragma = /^\s*#pragma\s+(.*)$/.exec(line)?.[1];
    if (pragma === undefined) return;
    const rest = /^HLS\s+(.*)$/.exec(pragma)?.[1];
    if (rest === undefined) problems.push(`line ${i + 1}: not an HLS pragma`);
    else {
      const above = lines.slice(0, i).filter((l) => !l.includes('#pragma'));
      problems.push(...lineProblems(rest, `${known}\n${above.join('\n')}`).map((p) => `line ${i + 1}: ${p}`));
    }
  });
  return problems;
}
