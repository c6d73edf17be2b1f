/** @jsxImportSource preact */
/** What only an account is shown; whoever is not signed in signs in here first, and stays at this address. */
import type { Session } from "@supabase/supabase-js";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session, signIn, signUp } from "../api/account.ts";
import { config } from "../api/config.ts";
import { keptFields } from "../app/purchase.ts";
import { refresh } from "../app/router.ts";
import { Away, Heading, Problem, useLoaded, Waiting } from "../ui/parts.tsx";

/** `children` gets the session, and what to call after signing out. */
export function SignedIn({ children }: { children(session: Session, onOut: () => void): ComponentChildren }) {
  const { value, error, again } = useLoaded(session);
  useEffect(() => {
    // A link in an e-mail brought tokens in the address, which supabase-js has read. The header is drawn anew.
    if (value) refresh();
  }, [value]);
  if (error) return <Away again={again} />;
  if (value === undefined) return <Waiting />;
  const changed = () => {
    again();
    refresh();
  };
  return value ? children(value, changed) : <SignIn onIn={changed} />;
}

function SignIn({ onIn }: { onIn(): void }) {
  // From a purchase, where there was no account.
  const [isNew, setNew] = useState(() => new URLSearchParams(location.search).has("new"));
  const [email, setEmail] = useState(() => keptFields().email ?? "");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isMailed, setMailed] = useState(false);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      if (isNew && (await signUp(email, password))) setMailed(true);
      else {
        if (!isNew) await signIn(email, password);
        onIn();
      }
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  if (isMailed) {
    return (
      <>
        <Heading title="Confirm your address">Look into your e-mail</Heading>
        <p>We wrote to {email}. Open the link in it, and your account is ready.</p>
        {config().local && (
          <p class="notice">
            This shop runs on your machine, which sends no e-mail: the link is printed where <code>npm start</code>{" "}
            runs.
          </p>
        )}
        <button type="button" class="quiet" onClick={() => setMailed(false)}>
          Back
        </button>
      </>
    );
  }
  return (
    <>
      <Heading title={isNew ? "Make an account" : "Sign in"}>{isNew ? "Make an account" : "Sign in"}</Heading>
      <p>With the e-mail address that you bought with, you find your orders, courses and sessions here.</p>
      <form class="sign" onSubmit={submit}>
        <label>
          E-mail
          <input
            type="email"
            name="email"
            autocomplete="username"
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            type="password"
            name="password"
            autocomplete={isNew ? "new-password" : "current-password"}
            required
            minLength={isNew ? 8 : 1}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        {problem && (
          <Problem>
            <p>{problem}</p>
          </Problem>
        )}
        <button type="submit" disabled={isBusy}>
          {isNew ? "Make an account" : "Sign in"}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setNew(!isNew);
            setProblem(null);
          }}
        >
          {isNew ? "I have an account" : "I am new here"}
        </button>
      </form>
    </>
  );
}
