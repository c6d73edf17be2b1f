/** Times as providers write them, as Postgres can store them. */
import { describe, expect, test } from "vitest";
import { isoTime } from "../../../functions/_shared/facts/json_reader.ts";

describe("isoTime", () => {
  test.each([
    ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20T10:00:00.5+02:00", "2026-11-20T08:00:00.500Z"],
    ["2026-11-20T10:00:00-0530", "2026-11-20T15:30:00.000Z"],
    ["2026-11-20 10:00", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s is %s", (value, read) => expect(isoTime.read(value)).toBe(read));

  test("blank is none", () => expect(isoTime.read("")).toBeNull());

  test.each(["2026-13-01", "2026-11-20T25:00:00Z", "20.11.2026", "now", 1795158000])("%s is no time", (value) =>
    expect(isoTime.read(value)).toBeUndefined(),
  );

  // A zero date as .NET writes it, and years that Postgres does not have or read.
  test.each(["0001-01-01T00:00:00+01:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00"])(
    "%s is none that Postgres can store",
    (value) => expect(isoTime.read(value)).toBeUndefined(),
  );
});
