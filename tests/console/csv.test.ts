import { expect, test } from "vitest";
import { CsvFile, toCsv } from "../../web/console/src/ui/csv.ts";

test("cells with commas, quotes and line breaks are quoted", () => {
  expect(toCsv([{ a: 'say "hi", now', b: "two\nlines" }])).toBe('a,b\r\n"say ""hi"", now","two\nlines"\r\n');
});

test("columns are those of all rows; null is an empty cell", () => {
  expect(toCsv([{ a: 1 }, { b: null, c: { d: 1 } }])).toBe('a,b,c\r\n1,,\r\n,,"{""d"":1}"\r\n');
});

test("a spreadsheet does not run what a stranger wrote, and a negative number stays one", () => {
  expect(toCsv([{ a: "=HYPERLINK(1)", b: "-12.5", c: "@x" }])).toBe("a,b,c\r\n'=HYPERLINK(1),-12.5,'@x\r\n");
});

test("a file of many pages is what one of all rows is", async () => {
  const pages = [
    [
      { a: 1, b: "x,y" },
      { a: 2, b: null },
    ],
    [],
    [{ a: 3, b: "=1+1" }],
  ];
  const file = new CsvFile();
  for (const page of pages) file.add(page);
  expect(await file.blob().text()).toBe(toCsv(pages.flat()));
  expect(file.rows).toBe(3);
});
