import { expect, test } from "vitest";
import { formatAgo, formatDuration, formatNumber, knownLocale } from "../../web/console/src/ui/locale.ts";

test("a language that no library knows is passed over", () => {
  expect(knownLocale(["en-US@posix", "fr-CM", "de"])).toBe("fr-CM");
  expect(knownLocale(["en-US@posix"])).toBe("en");
  expect(knownLocale([])).toBe("en");
});

test.each([
  [0, "0 ms"],
  [340, "340 ms"],
  [1_500, "1.5 s"],
  [12_400, "12 s"],
  [200_000, "3 min 20 s"],
  [3_600_000, "1 h"],
  [187_200_000, "2 d 4 h"],
  [-1_500, "−1.5 s"],
])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [2_000, "just now"],
  [61_000, "1 min ago"],
  [59_800, "1 min ago"],
  [-7_200_000, "in 2 h"],
])("%d ms ago is %s", (ms, text) => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  expect(formatAgo(new Date(now - ms).toISOString(), now)).toBe(text);
});

test("a time that is none is shown as it is", () => {
  expect(formatAgo("infinity")).toBe("infinity");
  expect(formatNumber(1)).toBe("1");
});
