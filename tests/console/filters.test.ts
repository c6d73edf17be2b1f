import { expect, test } from "vitest";
import { readPayload, readSearch, toFilters } from "../../web/console/src/ui/filters.ts";

const NOW = Date.parse("2026-11-28T12:34:56Z");

test("an address gives the filters that a list knows, and nothing else", () => {
  expect(readSearch({ status: " dead ", code: 500, since: "24h", made_up: "x", text: "" })).toEqual({
    status: "dead",
    code: "500",
    since: "24h",
  });
});

test("a span counts from now, to the minute; a time is UTC for the database", () => {
  expect(toFilters({ since: "24h" }, NOW)).toEqual({ since: "2026-11-27T12:34:00.000Z" });
  expect(toFilters({ until: "2026-11-28T10:00:00Z" }, NOW)).toEqual({ until: "2026-11-28T10:00:00.000Z" });
});

test("what is no time is handed on: the database says what is wrong with it", () => {
  expect(toFilters({ since: "yesterday-ish" }, NOW)).toEqual({ since: "yesterday-ish" });
});

test("payload filters are path=value, and a value may hold an equals sign", () => {
  expect(readPayload("data.object.id=pi_1; note = a=b\n=lost\nlost")).toEqual({
    "data.object.id": "pi_1",
    note: "a=b",
  });
  expect(toFilters({ payload: "nothing here" }, NOW)).toEqual({});
});
