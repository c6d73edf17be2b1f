/** @jsxImportSource preact */
/** Cloudflare Turnstile's widget: its script is loaded when a guest has to pass the challenge, and not before. */
import { useEffect, useRef, useState } from "preact/hooks";
import { at } from "../app/router.ts";
import { Problem, Waiting } from "./parts.tsx";

const ORIGIN = "https://challenges.cloudflare.com";
/** A script that has not come by then is taken for blocked. */
const LATE_MS = 20_000;

/** What we use of https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/. */
interface Turnstile {
  render(element: HTMLElement, options: Record<string, unknown>): string;
  reset(widget: string): void;
  remove(widget: string): void;
}

let loading: Promise<Turnstile> | undefined;

function loadTurnstile(): Promise<Turnstile> {
  loading ??= new Promise<Turnstile>((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => {
      script.remove();
      loading = undefined;
      reject(new Error("Turnstile cannot be loaded"));
    };
    const late = setTimeout(fail, LATE_MS);
    script.onload = () => {
      clearTimeout(late);
      const { turnstile } = window as { turnstile?: Turnstile };
      if (turnstile) resolve(turnstile);
      else fail();
    };
    script.onerror = fail;
    script.src = `${ORIGIN}/turnstile/v0/api.js?render=explicit`;
    document.head.append(script);
  });
  return loading;
}

const WORDS = {
  blocked:
    "The check that you are not a robot cannot be loaded. Something in your browser or network may block " +
    "challenges.cloudflare.com: allow it, then try again.",
  failed: "The check that you are not a robot did not work. Please try again.",
  unsupported: "Your browser cannot make the check that you are not a robot. Please use a newer one.",
};

export interface ChallengeProps {
  siteKey: string;
  /** Null: there is none now, or no longer. */
  onToken(token: string | null): void;
  /** When it changes, the widget makes a new token: one counts once. */
  turn: number;
}

export function Challenge({ siteKey, onToken, turn }: ChallengeProps) {
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<{ turnstile: Turnstile; id: string } | null>(null);
  const [state, setState] = useState<"loading" | "shown" | keyof typeof WORDS>("loading");
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let isOver = false;
    setState("loading");
    const end = (why: keyof typeof WORDS) => () => {
      onToken(null);
      setState(why);
      // Turnstile logs it otherwise.
      return true;
    };
    loadTurnstile().then(
      (turnstile) => {
        if (isOver) return;
        const id = turnstile.render(place.current!, {
          ...{ sitekey: siteKey, size: "flexible", "response-field": false },
          callback(token: string) {
            setState("shown");
            onToken(token);
          },
          "expired-callback": () => onToken(null),
          "error-callback": end("failed"),
          "unsupported-callback": end("unsupported"),
        });
        widget.current = { turnstile, id };
        setState("shown");
      },
      () => isOver || end("blocked")(),
    );
    return () => {
      isOver = true;
      widget.current?.turnstile.remove(widget.current.id);
      widget.current = null;
    };
  }, [siteKey, tries]);

  useEffect(() => {
    if (turn === 0 || !widget.current) return;
    onToken(null);
    widget.current.turnstile.reset(widget.current.id);
  }, [turn]);

  return (
    <div class="challenge">
      <div ref={place} />
      {state === "loading" && <Waiting>Checking that you are not a robot…</Waiting>}
      {state !== "loading" && state !== "shown" && (
        <Problem>
          <p>{WORDS[state]}</p>
          <p>
            Or <a href={at("account")}>sign in</a>: with an account you are not asked.
          </p>
          <button type="button" class="quiet" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        </Problem>
      )}
    </div>
  );
}
