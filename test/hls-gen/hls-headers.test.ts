/** The headers that stand in for the vendor's: arithmetic, fields, streams, and that mistakes stop the program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CXX_FLAGS, type RunResult, runProgram } from '../support/hls-build.js';
import { describeWithTool } from '../support/tools.js';

const SOURCE = fileURLToPath(new URL('ap_int_test.cpp', import.meta.url));

const STREAMS = `#include <hls_stream.h>
#include <cstring>
#include "blnet_tasks.h"
int main(int, char** argv) {
  hls::stream<int> s("numbers");
  if (!strcmp(argv[1], "fifo")) {
    // More than the queue's first room, in order, however writes and reads alternate.
    long next = 0, written = 0;
    for (int round = 0; round < 400; round++) {
      for (int i = 0; i < round % 17 + 5; i++) s.write(int(written++));
      for (int i = 0; i < round % 13 + 3 && !s.empty(); i++) if (s.read() != next++) return 1;
    }
    while (!s.empty()) if (s.read() != next++) return 1;
    return next == written ? 0 : 1;
  }
  if (!strcmp(argv[1], "empty")) s.read();
  if (!strcmp(argv[1], "leftover")) s.write(1);
  if (!strcmp(argv[1], "tasks") || !strcmp(argv[1], "deadlock")) {
    hls::stream<int> back("back");
    s.bound(2), back.bound(1);
    const bool turned = !strcmp(argv[1], "deadlock");
    int sum = 0;
    blnet_sim::Tasks tasks;
    tasks.add("producer", [&] {
      if (turned) back.read();
      for (int i = 0; i < 100; i++) s.write(i);
    });
    tasks.add("consumer", [&] {
      int value;
      for (int i = 0; i < 100;) if (s.read_nb(value)) sum += value, i++;
      back.write(sum);
    });
    tasks.run();
    return back.read() == 4950 ? 0 : 1;
  }
  return 0;
}
`;

describeWithTool('g++', 'stand-in headers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-headers-'));
  const run = (program: string, ...args: string[]): RunResult =>
    runProgram(join(folder, program), args, folder);
  const compile = (source: string, program: string, flags: readonly string[] = []): RunResult =>
    runProgram(
      'g++',
      ['-O0', ...CXX_FLAGS, '-Wno-unused-but-set-variable', ...flags, source, '-o', program],
      folder,
    );

  beforeAll(() => {
    writeFileSync(join(folder, 'streams.cpp'), STREAMS);
    expect(compile(SOURCE, 'ap_int')).toMatchObject({ status: 0, errors: '' });
    expect(compile(SOURCE, 'ap_int_17', ['-std=c++17'])).toMatchObject({ status: 0, errors: '' });
    expect(compile('streams.cpp', 'streams')).toMatchObject({ status: 0, errors: '' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ap_int computes as 128-bit integers do, and keeps fields apart', () => {
    expect(run('ap_int')).toEqual({ status: 0, output: '0 failures\n', errors: '' });
    expect(run('ap_int_17')).toEqual({ status: 0, output: '0 failures\n', errors: '' });
  });

  it.each([
    ['sum', 'ap_int<8>: 128 does not fit'],
    ['negative', 'ap_uint<8>: -1 does not fit'],
    ['wide', 'ap_uint<64>'],
    ['range', 'range(8, 1) of 8 bits'],
    ['shift', 'shift of 8 bits by 8'],
  ])('a value that does not fit stops the program: %s', (fault, message) => {
    const result = run('ap_int', fault);
    expect(result.status).toBe(4);
    expect(result.output).toBe('');
    expect(result.errors).toContain(message);
  });

  it('a stream keeps order; reading it empty or leaving data in it stops the program', () => {
    expect(run('streams', 'fifo').status).toBe(0);
    expect(run('streams', 'empty')).toMatchObject({
      status: 3,
      errors: "hls::stream 'numbers' is read while empty\n",
    });
    expect(run('streams', 'leftover')).toMatchObject({
      status: 3,
      errors: "hls::stream 'numbers' holds data that nobody read\n",
    });
  });

  it('tasks wait for each other, and a deadlock is named', () => {
    expect(run('streams', 'tasks')).toEqual({ status: 0, output: '', errors: '' });
    const result = run('streams', 'deadlock');
    expect(result.status).toBe(3);
    expect(result.errors).toContain("producer waits: stream 'back' is empty");
    expect(result.errors).toContain("consumer waits: stream 'numbers' is empty");
  });
});
