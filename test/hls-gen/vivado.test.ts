/** What generateVivado writes: deterministic text, a FuseSoC core that names files that exist, the facts in the wrapper. */
import { spawnSync } from 'node:child_process';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { busEnd } from '../../src/hls-gen/bus-end.js';
import { hashOfFiles } from '../../src/hls-gen/library.js';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { versionWord } from '../../src/hls-gen/vivado-view.js';
import { itWithTool, PYTHON } from '../support/tools.js';
import { converter, filesFor, single, vivadoOptions } from '../support/vivado-case.js';

const hw = converter();
const core = filesFor(hw);
const files = generateVivado(hw, vivadoOptions(hw, core));

describe('generateVivado', () => {
  it('writes these files, the same each time, without a path or a time of this machine', () => {
    expect([...files.keys()].sort()).toEqual([
      'converter.core',
      'pynq/converter_driver.py',
      'rtl/blnet_axi_gate.v',
      'rtl/blnet_axi_library.v',
      'rtl/blnet_axi_lite.v',
      'rtl/blnet_axi_output.v',
      'rtl/blnet_axi_registers.v',
      'rtl/converter_axi.v',
      'vivado/README.md',
      'vivado/board.tcl',
      'vivado/ooc.xdc',
      'vivado/package_ip.tcl',
      'vivado/settings.tcl',
      'vivado/synth_ooc.tcl',
    ]);
    expect(generateVivado(converter(), vivadoOptions(hw, filesFor(converter())))).toEqual(files);
    for (const [path, text] of files) {
      if (path.startsWith('rtl/blnet_')) continue;
      expect(text, path).not.toMatch(/\b20\d\d-\d\d|\d\d:\d\d:\d\d|(?<![\w.$])\/(home|tmp|work|root|usr)\b/);
      expect(text, path).toMatch(/\n$/);
    }
  });

  it('gives the build a hash that every source and weight counts for', () => {
    const hashOf = (m: ReadonlyMap<string, string>): string =>
      /BUILD\(32'h(\w{8})\)/.exec(
        generateVivado(hw, vivadoOptions(hw, m)).get('rtl/converter_axi.v') as string,
      )?.[1] as string;
    const plain = hashOf(core);
    expect(files.get('pynq/converter_driver.py')).toContain(`EXPECTED_BUILD = 0x${plain}`);
    expect(hashOf(new Map([...core].reverse()))).toBe(plain);
    expect(hashOf(new Map([...core, ['weights/a.mem', '00\n']]))).not.toBe(plain);
    expect(hashOf(new Map([...core, ['rtl/converter.v', 'x']]))).not.toBe(plain);
    expect(hashOf(new Map([...core, ['tb/testbench.v', 'x']]))).toBe(plain);
    // Of nothing it is FNV-1a's offset basis.
    expect(hashOfFiles(new Map())).toBe(0x811c9dc5);
  });

  it('rounds buses to a power of two of bytes and always has TKEEP', () => {
    const end = (lanes: number, bits: number) => {
      const e = busEnd({ name: 's', lanes, bits, signed: false, beatsPerFrame: 1 });
      return [e.width, e.portBits, e.busBits, e.bytes];
    };
    expect(end(3, 8)).toEqual([24, 24, 32, 4]);
    expect(end(1, 5)).toEqual([5, 8, 8, 1]);
    expect(end(9, 1)).toEqual([9, 16, 16, 2]);
    expect(end(17, 4)).toEqual([68, 72, 128, 16]);
    const one = generateVivado(single(), vivadoOptions(single(), filesFor(single())));
    expect(one.get('rtl/single_axi.v')).toContain('input  wire [0:0] s_axis_tkeep,');
    expect(files.get('rtl/converter_axi.v')).toContain('input  wire [3:0] s_axis_tkeep,');
    expect(files.get('rtl/converter_axi.v')).toContain("m_axis_tkeep = { 2{1'b1} }");
  });

  it('leaves out what only Vivado reads for other parts', () => {
    const options = { ...vivadoOptions(hw, core), part: null };
    const paths = [...generateVivado(hw, options).keys()];
    expect(paths.filter((p) => !p.startsWith('rtl/'))).toEqual(['converter.core']);
    expect(paths).toContain('rtl/converter_axi.v');
  });

  it('packs the version', () => {
    expect(versionWord('1.22.3')).toBe(0x01160301);
    expect(versionWord('0.1.0-rc.1')).toBe(0x00010001);
  });
});

/** The part of FuseSoC's CAPI2 schema that the template uses; nothing else is allowed. */
const strings = { type: 'array', items: { type: 'string' } };
const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const mapOf = (value: object): object => ({ type: 'object', additionalProperties: value });
const CAPI2 = closed(
  {
    'CAPI=2': { type: 'null' },
    name: { type: 'string', pattern: '^\\w+:\\w+:\\w+:[\\w.-]+$' },
    description: { type: 'string' },
    filesets: mapOf(
      closed({
        files: {
          type: 'array',
          minItems: 1,
          items: { oneOf: [{ type: 'string' }, mapOf(closed({ copyto: { type: 'string' } }))] },
        },
        file_type: { enum: ['verilogSource', 'user', 'xdc'] },
      }),
    ),
    parameters: mapOf(
      closed(
        {
          datatype: { enum: ['bool', 'file', 'int', 'str'] },
          paramtype: { enum: ['plusarg', 'vlogparam', 'vlogdefine'] },
          default: {},
          description: { type: 'string' },
        },
        ['datatype', 'paramtype'],
      ),
    ),
    targets: mapOf(
      closed(
        {
          filesets: strings,
          toplevel: { type: 'string' },
          default_tool: { enum: ['verilator', 'icarus', 'vivado'] },
          parameters: strings,
          tools: closed({
            verilator: closed({ mode: { enum: ['lint-only'] }, verilator_options: strings }),
            icarus: closed({ iverilog_options: strings }),
            vivado: closed({ part: { type: 'string' }, pnr: { enum: ['vivado', 'none'] } }),
          }),
        },
        ['filesets', 'toplevel'],
      ),
    ),
  },
  ['CAPI=2', 'name', 'filesets', 'targets'],
);

interface CoreFile {
  readonly filesets: Record<string, { files: Array<string | Record<string, unknown>> }>;
  readonly targets: Record<string, { filesets: string[]; toplevel: string; parameters?: string[] }>;
  readonly parameters: Record<string, unknown>;
}

/** What is wrong with a core file, in words; empty when nothing is. */
function problemsOf(text: string, all: ReadonlyMap<string, string>): string[] {
  if (!text.startsWith('CAPI=2:\n')) return ['the first line is not CAPI=2:'];
  const parse = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  const r = spawnSync(PYTHON, ['-c', parse], { input: text, encoding: 'utf8' });
  if (r.status !== 0) return [r.stderr];
  const parsed = JSON.parse(r.stdout) as CoreFile;
  const validate = new Ajv2020({ strict: false }).compile(CAPI2);
  if (!validate(parsed)) return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  const problems: string[] = [];
  const pathOf = (f: string | Record<string, unknown>): string =>
    typeof f === 'string' ? f : Object.keys(f)[0];
  for (const set of Object.values(parsed.filesets))
    for (const f of set.files) if (!all.has(pathOf(f))) problems.push(`no file ${pathOf(f)}`);
  for (const [name, target] of Object.entries(parsed.targets)) {
    const missing = target.filesets.filter((s) => !parsed.filesets[s]);
    problems.push(...missing.map((s) => `${name}: no fileset ${s}`));
    const sources = target.filesets.flatMap((s) => parsed.filesets[s]?.files.map(pathOf) ?? []);
    const defined = sources.some((f) =>
      new RegExp(`^module ${target.toplevel}\\b`, 'm').test(all.get(f) ?? ''),
    );
    if (!defined) problems.push(`${name}: no module ${target.toplevel}`);
    for (const p of target.parameters ?? [])
      if (!parsed.parameters[p]) problems.push(`${name}: no parameter ${p}`);
  }
  return problems;
}

describe('FuseSoC core', () => {
  const withWeights = new Map([...core, ['weights/a.mem', '00\n']]);
  const made = generateVivado(hw, vivadoOptions(hw, withWeights));
  const all = new Map([...withWeights, ...made]);
  const text = made.get('converter.core') as string;

  itWithTool('pyyaml', 'is CAPI2 and names files, filesets and modules that exist', () => {
    expect(problemsOf(text, all)).toEqual([]);
    expect(problemsOf(files.get('converter.core') as string, new Map([...core, ...files]))).toEqual([]);
    const elsewhere = generateVivado(hw, { ...vivadoOptions(hw, core), part: null });
    const small = elsewhere.get('converter.core') as string;
    expect(problemsOf(small, new Map([...core, ...elsewhere]))).toEqual([]);
    expect(small).not.toContain('vivado');
    expect(text).toContain('copyto: weights/a.mem');
  });

  itWithTool('pyyaml', 'planted faults are seen', () => {
    const faults: ReadonlyArray<readonly [from: string, to: string, problem: RegExp]> = [
      ['rtl/converter.v', 'rtl/convertor.v', /no file rtl\/convertor.v/],
      ['toplevel: testbench', 'toplevel: testbank', /sim: no module testbank/],
      ['axi, constraints]', 'axi, constrains]', /synth: no fileset constrains/],
      ['default_tool: icarus', 'default_tol: icarus', /must NOT have additional properties/],
      ['paramtype: vlogparam', 'paramtype: vlogparm', /must be equal to one of the allowed values/],
      ['filesets:\n', 'filesets:\n\t', /found character/],
    ];
    for (const [from, to, problem] of faults)
      expect(problemsOf(text.replace(from, to), all).join('\n')).toMatch(problem);
  });
});
