/** A payload, exactly as it was received. Only the lines in view are in the page: megabytes do not stall it. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { download } from "./csv.ts";
import { indentJson, linesOf } from "./lines.ts";
import { formatNumber } from "./locale.ts";
import { Copy } from "./parts.tsx";

const LINE_PX = 19;
/** Line breaks are added to a larger one only when the reader asks for them: it takes a moment. */
const LARGE = 1_000_000;

export function Payload({ title, text, name }: { title: string; text: string; name: string }) {
  const [exact, setExact] = useState(text.length > LARGE);
  const [wrapped, lines] = useMemo(() => {
    const shown = exact ? text : indentJson(text);
    return [shown !== text, linesOf(shown)];
  }, [text, exact]);
  const bytes = useMemo(() => new TextEncoder().encode(text).length, [text]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  return (
    <section className="payload" aria-label={title}>
      <div className="payload-head">
        <h2>{title}</h2>
        <span className="none">
          {formatNumber(bytes)} bytes{wrapped && ", line breaks added"}
        </span>
        <span className="grow" />
        <label className="check">
          <input type="checkbox" checked={exact} onChange={() => setExact(!exact)} /> exact bytes
        </label>
        <Copy label="Copy" load={() => text} />
        <button type="button" className="quiet" onClick={() => download(name, text, "text/plain")}>
          Save
        </button>
      </div>
      <div className="payload-scroll" ref={scroller} tabIndex={0} role="region" aria-label={`${title}, scrollable`}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div key={index} className="payload-line" style={{ transform: `translateY(${start}px)` }}>
              <span className="payload-number" aria-hidden="true">
                {index + 1}
              </span>
              <span className="payload-text">{lines[index]!.replace(/\r?\n$/, "")}</span>
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}
