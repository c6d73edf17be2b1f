/**
 * One command: its arguments, the reason, what it would do now, and the button that does it. It is refused when it
 * would no longer do what was shown.
 */
import { useEffect, useState } from "react";
import { asProblem, outcomeUnknown, type Problem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import type { Action, Command, Preview, Ran } from "../api/types.ts";
import { announce } from "../app/announce.ts";
import { refreshAll } from "../app/queries.ts";
import { useCall } from "../app/use_call.ts";
import { shown } from "../ui/diff.ts";
import { Modal } from "../ui/modal.tsx";
import { ChangeCard, Copy, ProblemBox } from "../ui/parts.tsx";
import { argumentsOf, fieldsOf, missing } from "./arguments.ts";

/** Whoever types is not asked for a preview of each letter. */
const TYPING_MS = 400;

export default function ActionDialog({ action, close }: { action: Action; close: () => void }) {
  const commands = useCall<Command[]>("commands", {}, { live: false });
  const command = commands.data?.find((each) => each.command === action.command);
  return (
    <Modal title={action.label} close={close} wide>
      {commands.error && <ProblemBox error={commands.error} retry={() => void commands.refetch()} />}
      {commands.data && !command && (
        <ProblemBox error={new Error(`There is no command ${action.command}: reload the page.`)} />
      )}
      {command && <ActionForm action={action} command={command} close={close} />}
    </Modal>
  );
}

function ActionForm({ action, command, close }: { action: Action; command: Command; close: () => void }) {
  const fields = fieldsOf(command, action);
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map(({ name, initial }) => [name, initial])),
  );
  // Its key is kept while its answer may be lost: what was done with it is done once.
  const [preview, setPreview] = useState<Preview & { key: string }>();
  const [problem, setProblem] = useState<Problem>();
  const [looking, setLooking] = useState(false);
  const [running, setRunning] = useState(false);
  const [again, setAgain] = useState(0);
  const [secret, setSecret] = useState<string>();

  const args = argumentsOf(fields, texts);
  const lacks = missing(fields, texts);
  const key = JSON.stringify(args);

  useEffect(() => {
    setPreview(undefined);
    if (lacks.length > 0) return setLooking(false);
    const stop = new AbortController();
    setLooking(true);
    const timer = setTimeout(async () => {
      try {
        const found = await call<Preview>("preview", { command: command.command, arguments: args }, stop.signal);
        setPreview({ ...found, key: crypto.randomUUID() });
      } catch (error) {
        if (!stop.signal.aborted) setProblem(asProblem(error));
      } finally {
        if (!stop.signal.aborted) setLooking(false);
      }
    }, TYPING_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, again]);

  async function run() {
    if (!preview || running) return;
    setRunning(true);
    setProblem(undefined);
    try {
      const input = { command: command.command, arguments: args, expected_hash: preview.hash, key: preview.key };
      const { result } = await call<Ran>("run", input);
      announce(`Done: ${action.label}`);
      // A new secret: the preview does not show it, and nothing shows it again.
      if (preview.result === null && typeof result === "string") setSecret(result);
      else close();
    } catch (error) {
      const found = outcomeUnknown(asProblem(error));
      setProblem(found);
      if (found.kind === "changed") setAgain((n) => n + 1);
    } finally {
      setRunning(false);
      void refreshAll();
    }
  }

  if (secret !== undefined) {
    return (
      <>
        <p className="dialog-text">Done. This is shown once: keep it where the receiver finds it.</p>
        <pre>{secret}</pre>
        <div className="dialog-foot">
          <Copy label="Copy" load={() => secret} />
          <span className="grow" />
          <button type="button" className="primary" onClick={close}>
            Close
          </button>
        </div>
      </>
    );
  }
  const ready = preview !== undefined && preview.error === null && lacks.length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <p className="dialog-text">{command.description}</p>
      <div className="fields">
        {fields.map((field) => (
          <label key={field.name} className="field" data-fixed={field.fixed || undefined}>
            <span>
              {field.label}
              {!field.required && <em> optional</em>}
            </span>
            {field.fixed ? (
              <code>{field.initial}</code>
            ) : field.type === "boolean" ? (
              <select
                value={texts[field.name]}
                onChange={({ target }) => setTexts({ ...texts, [field.name]: target.value })}
              >
                {!field.required && <option value="">default</option>}
                <option value="true">yes</option>
                <option value="false">no</option>
              </select>
            ) : (
              <input
                value={texts[field.name] ?? ""}
                required={field.required}
                placeholder={field.placeholder}
                autoComplete="off"
                autoFocus={field === fields.find(({ fixed }) => !fixed)}
                onChange={({ target }) => {
                  setProblem(undefined);
                  setTexts({ ...texts, [field.name]: target.value });
                }}
              />
            )}
          </label>
        ))}
      </div>
      <section className="preview" aria-live="polite" aria-busy={looking} aria-label="Preview">
        {lacks.length > 0 && <p className="none">The preview follows when you have filled in: {lacks.join(", ")}.</p>}
        {looking && <p className="none">Looking at what it would do …</p>}
        {preview && <PreviewBody preview={preview} />}
      </section>
      {problem && <ProblemBox error={problem} />}
      <div className="dialog-foot">
        <Copy label="Copy as SQL" load={() => call<string>("sql", { command: command.command, arguments: args })} />
        <span className="grow" />
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={!ready || running}>
          {running ? "Running …" : action.label}
        </button>
      </div>
    </form>
  );
}

function PreviewBody({ preview }: { preview: Preview }) {
  const { changes, deliveries, error, result } = preview;
  if (error !== null) {
    return (
      <div className="problem" role="alert">
        <p>
          <strong>It would be refused: {error.message}</strong>
        </p>
        <p>{error.hint || "Nothing has changed. Mend what the sentence names, or choose another action."}</p>
      </div>
    );
  }
  const rows = changes.length === 0 ? "no row" : changes.length === 1 ? "1 row" : `${changes.length} rows`;
  return (
    <>
      <h3 className="preview-head">
        What it does now: {rows}, {deliveries.length === 0 ? "nothing is sent" : "to be sent:"}
      </h3>
      {deliveries.length > 0 && (
        <ul className="preview-deliveries">
          {deliveries.map(({ destination, type, count }) => (
            <li key={`${destination} ${type}`}>
              <strong>{count}</strong> × <code>{type}</code> to <strong>{destination}</strong>
            </li>
          ))}
        </ul>
      )}
      {changes.map((change) => (
        <ChangeCard key={`${change.table} ${change.row_id} ${change.type}`} change={change} />
      ))}
      {result !== null && result !== "" && (
        <p>
          Result: <code>{shown(result)}</code>
        </p>
      )}
    </>
  );
}
