/**
 * The register map of the AXI wrapper as data: `blnet_axi_registers.v` is what it describes. SystemRDL, IP-XACT, the C header
 * and INTERFACE.md are made of it.
 */

/** `strobe` does something when 1 is written, and reads as 0. */
export type FieldAccess = 'read' | 'write' | 'strobe';

export interface RegisterField {
  readonly name: string;
  readonly low: number;
  readonly bits: number;
  readonly access: FieldAccess;
  /** Null where it is not the same in all builds, or counts. */
  readonly reset: number | null;
  readonly means: string;
}

export interface Register {
  readonly name: string;
  readonly offset: number;
  readonly means: string;
  readonly fields: readonly RegisterField[];
}

/** Bytes of the register window: six address bits. */
export const REGISTER_BYTES = 64;

const whole = (access: FieldAccess, reset: number | null, means: string): readonly RegisterField[] => [
  { name: 'value', low: 0, bits: 32, access, reset, means },
];
const bit = (
  name: string,
  low: number,
  access: FieldAccess,
  reset: number | null,
  means: string,
): RegisterField => ({ name, low, bits: 1, access, reset, means });
const counter = (name: string, offset: number, means: string): Register => ({
  name,
  offset,
  means,
  fields: whole('read', null, `${means}; wraps at 2^32`),
});

/** @param versionWord compiler's version and that of this map @param build hash over RTL and weights */
export const registersOf = (versionWord: number, build: number): readonly Register[] => [
  {
    name: 'ID',
    offset: 0x00,
    means: 'the letters BLNE',
    fields: whole('read', 0x424c4e45, 'the letters BLNE'),
  },
  {
    name: 'VERSION',
    offset: 0x04,
    means: 'version of the compiler and of this map',
    fields: [
      {
        name: 'map',
        low: 0,
        bits: 8,
        access: 'read',
        reset: versionWord & 0xff,
        means: 'version of this register map',
      },
      {
        name: 'patch',
        low: 8,
        bits: 8,
        access: 'read',
        reset: (versionWord >>> 8) & 0xff,
        means: 'patch version of the compiler',
      },
      {
        name: 'minor',
        low: 16,
        bits: 8,
        access: 'read',
        reset: (versionWord >>> 16) & 0xff,
        means: 'minor version of the compiler',
      },
      {
        name: 'major',
        low: 24,
        bits: 8,
        access: 'read',
        reset: versionWord >>> 24,
        means: 'major version of the compiler',
      },
    ],
  },
  {
    name: 'BUILD',
    offset: 0x08,
    means: 'hash over generated RTL and weights',
    fields: whole('read', build, 'hash over generated RTL and weights'),
  },
  {
    name: 'CONTROL',
    offset: 0x0c,
    means: 'enables and resets the accelerator',
    fields: [
      bit('enable', 0, 'write', 0, 'frames are taken in while it is 1'),
      bit('reset', 1, 'strobe', 0, 'empties the core, and completes what the outputs owe with zeros'),
      bit('clear', 2, 'strobe', 0, 'sets all counters to 0'),
    ],
  },
  {
    name: 'STATUS',
    offset: 0x10,
    means: 'what the accelerator is doing',
    fields: [
      bit('open', 0, 'read', null, 'the input takes beats'),
      bit('busy', 1, 'read', 0, 'a frame is inside'),
      bit('frame_error', 2, 'read', 0, 'TLAST or TKEEP of the input were wrong; only a reset takes it back'),
      bit('resetting', 3, 'read', 0, 'a reset goes on until what the outputs owe has been taken'),
    ],
  },
  {
    name: 'PACKET_FRAMES',
    offset: 0x14,
    means: 'frames of a packet of all streams; change it while idle',
    fields: [
      { name: 'frames', low: 0, bits: 16, access: 'write', reset: 1, means: 'frames a packet, at least 1' },
    ],
  },
  counter('FRAMES_IN', 0x18, 'frames whose last beat has come in'),
  counter('FRAMES_OUT', 0x1c, 'frames whose last beat has reached the output register'),
  counter('CYCLES', 0x20, 'all clock cycles'),
  counter('BUSY', 0x24, 'cycles in which a frame was inside'),
  counter('STARVED', 0x28, 'busy cycles in which a beat would have been taken and none was offered'),
  counter('STALLED', 0x2c, 'cycles in which the output offered a beat that was not taken'),
];
