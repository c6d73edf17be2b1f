/** @jsxImportSource preact */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Away, Waiting } from "./parts.tsx";

/** What is loaded when it is first shown. */
export function Lazy<Props extends object>(lazy: { load(): Promise<ComponentType<Props>>; props: Props }) {
  const { load, props } = lazy;
  const [{ Part, failed }, setState] = useState<{ Part?: ComponentType<Props>; failed?: boolean }>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    load().then(
      (loaded) => setState({ Part: loaded }),
      () => setState({ failed: true }),
    );
  }, [load, turn]);
  if (Part) return <Part {...props} />;
  return failed ? <Away again={() => setTurn(turn + 1)} /> : <Waiting />;
}
