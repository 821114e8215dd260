/**
 * Identifiers: legal whatever a model calls its layers, none twice in one scope together with all that is derived
 * from it, never longer than stated, and none that the library, the languages or the headers have taken.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topFunctionName } from '../../src/hls-gen/hls-names.js';
import { loadAssets, PACKAGE_ROOT } from '../../src/io/assets.js';
import { topNameOf } from '../../src/ir/hardware-builder.js';
import { identifierOf, isIdentifier, LONGEST, NameScope } from '../../src/ir/identifiers.js';
import { Prng } from '../../src/ir/prng.js';
import { VERILOG_KEYWORDS } from '../../src/ir/verilog-keywords.js';
import { lower } from '../../src/passes/lower.js';
import { hlsFilesOf } from '../support/hls-build.js';
import { type RandomNetwork, randomNetwork } from '../support/random-network.js';
import { renamed, renamedPlan } from '../support/renamed.js';
import { filesOf, type RtlCase } from '../support/rtl-case.js';

/** Pieces of which names that look like generated ones are made. */
const PIECES = [
  'u_',
  'foo',
  'Foo',
  '_out',
  '_tdata',
  '_tvalid',
  '_s',
  '_1',
  '_fork',
  '_a',
  '_fifo',
  '_taps',
  '/',
  '-',
];
const WHOLE = [
  's_axis',
  'm_axis',
  'clk',
  'rst',
  's_in',
  'input_marker',
  'begin',
  'class',
  'weights',
  '_',
  '',
  '1',
  '名',
];

const nameFrom = (prng: Prng): string =>
  prng.int(0, 4) === 0
    ? prng.pick(WHOLE)
    : Array.from({ length: prng.int(1, 5) }, () => prng.pick(PIECES)).join('');

/** Different names of the nodes of a network; several may become one identifier. */
function hostile(network: RandomNetwork, prng: Prng): RtlCase {
  const used = new Set(network.graph.tensors.keys());
  const graph = renamed(network.graph, nameFrom(prng), () => {
    let name = nameFrom(prng);
    while (used.has(name)) name += prng.pick(['_', '-', ' ', 'x']);
    used.add(name);
    return name;
  });
  const plan = renamedPlan(network.plan, network.graph, graph);
  const hardware = lower(graph, plan, () => 2);
  return { hardware, frames: 1, outputChannels: [1], inputText: '', expectedText: '' };
}

/** Everything that the generated top module declares in its scope. */
function declared(top: string): string[] {
  const names = [...top.matchAll(/^ {4}(?:input|output|)\s*wire (?:\[[^\]]*\] )?(\w+)[,;]?$/gm)].map(
    (m) => m[1],
  );
  const instances = [...top.matchAll(/^ {4}(?:\) (\w+) \($|\w+ (\w+) \($)/gm)].map((m) => m[1] ?? m[2]);
  return [...names, ...instances];
}

const CPP = /^static const \S+ (\w+)\[|hls::stream<[^;(]*> > (\w+)\(|^typedef .* (\w+);|^void (\w+)\(/gm;

const twice = (names: readonly string[]): string[] => {
  const lower = names.map((n) => n.toLowerCase());
  return names.filter((n, i) => lower.indexOf(n.toLowerCase()) !== i);
};

describe('names of a network', () => {
  const networks = [3, 5, 9].map((seed) => randomNetwork(seed));

  it('never meet in Verilog, C++ or the file system, however layers are called', () => {
    const prng = new Prng(20);
    let blocks = 0;
    for (let i = 0; i < 90; i++) {
      const c = hostile(networks[i % networks.length], prng);
      const { name } = c.hardware;
      const files = new Map([...filesOf(c), ...hlsFilesOf(c)]);
      const top = files.get(`rtl/${name}.v`) as string;
      const names = declared(top);
      expect(names.length).toBeGreaterThan(3 * c.hardware.streams.length + c.hardware.blocks.length);
      expect(twice(names)).toEqual([]);
      const fn = topFunctionName(name);
      const cpp = [`${fn}.cpp`, `${fn}_roms.hpp`, `${fn}.hpp`].map((f) => files.get(`hls/${f}`)).join('\n');
      const ours = [...cpp.matchAll(CPP)].map((m) => m.slice(1).find(Boolean) as string);
      expect(ours.length).toBeGreaterThan(c.hardware.streams.length / 2);
      // The function is declared and defined.
      expect(twice(ours).filter((n) => n !== fn)).toEqual([]);
      expect(twice([...files.keys()])).toEqual([]);
      blocks += c.hardware.blocks.length;
    }
    expect(blocks).toBeGreaterThan(900);
  });

  it('an instance and a wire of two layers keep apart: u_foo beside foo_out_tdata', () => {
    const scope = new NameScope();
    expect(scope.claim('foo_out_tdata', (id) => [`u_${id}`])).toBe('foo_out_tdata');
    expect(scope.claim('u_foo_out', (id) => [`${id}_tdata`])).toBe('u_foo_out_1');
  });

  it('of a layer called the same a thousand times take no time', () => {
    const scope = new NameScope();
    const names = Array.from({ length: 20_000 }, () => scope.claim('*'));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('an identifier', () => {
  it('is legal, bounded and stable for any text', () => {
    const prng = new Prng(4);
    for (let i = 0; i < 3000; i++) {
      const text = String.fromCharCode(...Array.from({ length: prng.int(0, 300) }, () => prng.int(0, 400)));
      const id = identifierOf(text);
      expect(isIdentifier(id), JSON.stringify(text)).toBe(true);
      expect(id.length).toBeLessThanOrEqual(LONGEST);
      expect(id).not.toMatch(/__|_$/);
      expect(VERILOG_KEYWORDS.has(id.toLowerCase())).toBe(false);
      expect(identifierOf(text)).toBe(id);
    }
  });

  it('of 10,000 characters keeps its ends around a hash of the whole', () => {
    const long = (middle: string) => `layer_${'x'.repeat(5000)}${middle}${'y'.repeat(5000)}_out`;
    expect(identifierOf(long('a'))).toMatch(/^layer_x+_[0-9a-f]{8}_y+_out$/);
    expect(identifierOf(long('a'))).not.toBe(identifierOf(long('b')));
  });
});

describe('the name of the top', () => {
  it('is no module of the library, in any case, nor a class of Verilator', () => {
    const { rtl, axi } = loadAssets();
    for (const file of [...rtl.keys(), ...axi.keys()].filter((f) => f.endsWith('.v'))) {
      const module = file.replace('.v', '');
      for (const name of [module, module.toUpperCase()]) expect(topNameOf(name)).toBe(`n_${name}`);
    }
    for (const name of ['erilated', 'erilatedContext', 'L_IN', 'blnet', 's_axis'])
      expect(topNameOf(name)).toBe(`n_${name}`);
    expect(topNameOf('mobile-blnet-cifar10')).toBe('mobile_blnet_cifar10');
  });

  it('in C++ is no word that the testbench uses in scopes which call the function', () => {
    const bench = readFileSync(`${PACKAGE_ROOT}templates/hls-testbench.cpp.hbs`, 'utf8');
    const code = bench.replaceAll(/\{\{[^}]*\}\}\w*|\/\/.*|"[^"\n]*"|'[^'\n]*'|^#.*$/gm, ' ');
    const words = [...new Set(code.match(/\b[A-Za-z]\w*/g))];
    // The others are members and types, behind a dot or a scope.
    const free = words.filter((w) => topFunctionName(w) === w).sort();
    expect(free).toEqual(['c_str', 'clear', 'empty', 'push_back', 'vector']);
  });
});
