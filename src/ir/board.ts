/** A board for which a build becomes a bitstream without a vendor's tool, and the PLL that makes its clock. */

export interface Board {
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Device that it carries, in its package and speed grade. */
  readonly device: string;
  readonly package: string;
  readonly speedGrade: string;
  readonly oscillatorMhz: number;
  /** Of the serial port: what its USB chip makes exactly. */
  readonly baud: number;
}

/** Dividers: clock = oscillator / refDiv x feedbackDiv; the PLL's own oscillator runs outputDiv times as fast. */
export interface Pll {
  readonly refDiv: number;
  readonly feedbackDiv: number;
  readonly outputDiv: number;
  readonly clockMhz: number;
  readonly vcoMhz: number;
}
