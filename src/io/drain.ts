/** Work side by side: a queue, and what ends it. */

/** Works the queue off, `jobs` at a time; `work` may put more into it. The first error ends it, when all have stopped. */
export async function drain<T>(queue: T[], jobs: number, work: (item: T) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: jobs }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
