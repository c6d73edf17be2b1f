import { expect, test } from "vitest";
import { rateLimit } from "../../../../functions/_shared/providers/google/rate_limit.ts";

/** A clock that the waits move. */
function clock() {
  const state = { time: 1000, waits: [] as number[] };
  return Object.assign(state, {
    now: () => state.time,
    wait: async (ms: number) => {
      state.waits.push(ms);
    },
  });
}

test("requests at once are a fifth of a second apart", async () => {
  const { now, wait, waits } = clock();
  const turn = rateLimit(5, now, wait);
  for (let n = 0; n < 4; n++) await turn();
  expect(waits).toEqual([200, 400, 600]);
});
test("what was not used is not saved up", async () => {
  const c = clock();
  const turn = rateLimit(5, c.now, c.wait);
  await turn();
  c.time += 10_000;
  await turn();
  await turn();
  expect(c.waits).toEqual([200]);
});
test("a clock that steps back stops nothing", async () => {
  const c = clock();
  c.time = 10_000_000;
  const turn = rateLimit(5, c.now, c.wait);
  await turn();
  c.time = 1000;
  await turn();
  expect(c.waits).toEqual([]);
});
