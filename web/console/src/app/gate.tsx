/** Lets admins in. Whoever is not signed in, or is no admin, is told what to do; the address stays what it is. */
import { type FormEvent, type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { config } from "../api/config.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { isSignedIn, onSession, signIn, signOut } from "../api/session.ts";
import type { Me } from "../api/types.ts";
import { Loading, ProblemBox } from "../ui/parts.tsx";
import { queries } from "./queries.ts";
import { useCall } from "./use_call.ts";

export function Gate({ children }: { children: (me: Me) => ReactNode }) {
  const signedIn = useSyncExternalStore(onSession, isSignedIn);
  const [wasIn, setWasIn] = useState(signedIn);
  useEffect(() => {
    if (signedIn) setWasIn(true);
    // What the one admin has seen is not shown to the next.
    else queries.clear();
  }, [signedIn]);
  if (!signedIn) return <SignIn ended={wasIn} />;
  return <Admins>{children}</Admins>;
}

function Admins({ children }: { children: (me: Me) => ReactNode }) {
  const me = useCall<Me>("me");
  if (me.error?.kind === "not_admin") return <NoAdmin problem={me.error} />;
  if (me.data) return children(me.data);
  if (me.error) {
    return (
      <Card title="Signalbox">
        <ProblemBox error={me.error} retry={() => void me.refetch()} />
        <button type="button" className="quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      </Card>
    );
  }
  return <Loading />;
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  return (
    <main className="gate">
      <div className="card">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

function NoAdmin({ problem }: { problem: Problem }) {
  return (
    <Card title="Not an admin">
      <div className="problem" role="alert">
        <p>
          <strong>{problem.message}</strong>
        </p>
        <p>An admin can let you in with this statement in Studio's SQL editor:</p>
        <pre>
          {"insert into public.admins (user_id)\nselect id from auth.users where email = '<your e-mail address>';"}
        </pre>
      </div>
      <button type="button" className="primary" onClick={() => void signOut()}>
        Sign in with another account
      </button>
    </Card>
  );
}

function SignIn({ ended }: { ended: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(email.trim(), password);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card title="Sign in">
      <p className="card-detail">
        {ended ? "Your session has ended. You come back to this page." : "To the console of Signalbox, for admins."}
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span>E-mail</span>
          <input
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
        </label>
        <label className="field">
          <span>Password</span>
          <input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
        </label>
        {problem && <ProblemBox error={problem} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "Signing in …" : "Sign in"}
        </button>
      </form>
      <p className="card-foot">
        {config().local ? "npm start printed an account for this page." : config().api_url.replace(/^https?:\/\//, "")}
      </p>
    </Card>
  );
}
