import { useState } from "react";
import type { Command } from "../api/types.ts";
import { useDialogs } from "../app/dialogs.tsx";
import { useCall } from "../app/use_call.ts";
import { Empty, Loading, PageHead, ProblemBox } from "../ui/parts.tsx";

export default function Commands() {
  const commands = useCall<Command[]>("commands", {}, { live: false });
  const [text, setText] = useState("");
  const { run } = useDialogs();
  const wanted = text.trim().toLowerCase();
  const shown =
    commands.data?.filter(({ command, label, description }) =>
      `${command} ${label} ${description}`.toLowerCase().includes(wanted),
    ) ?? [];
  return (
    <>
      <PageHead title="Commands" detail="Everything that an admin can do, in the console as in SQL." />
      <label className="field narrow">
        <span>filter</span>
        <input value={text} placeholder="refund" onChange={({ target }) => setText(target.value)} />
      </label>
      {commands.error && <ProblemBox error={commands.error} retry={() => void commands.refetch()} />}
      {!commands.data && !commands.error && <Loading />}
      {commands.data && shown.length === 0 && <Empty title="No such command">Try fewer letters.</Empty>}
      <ul className="commands">
        {shown.map((command) => (
          <li key={command.command}>
            <button
              type="button"
              data-item
              onClick={() => run({ ...command, arguments: {} })}
              aria-label={`${command.label} …`}
            >
              {command.label} …
            </button>
            <div>
              <code>{command.command}</code> {command.about && <span className="tag">{command.about}</span>}
              <p>{command.description}</p>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
