/** Which commands are about a thing. */
import type { Action, Command, Json } from "../api/types.ts";

/** Those whose first argument is the id of such a thing. */
export const commandsAbout = (commands: readonly Command[], kind: string) =>
  commands.filter(({ about, arguments: args }) => about === kind && args.length > 0);

export function actionOn(command: Command, id: Json): Action {
  const first = command.arguments[0];
  return {
    command: command.command,
    arguments: first ? { [first.name]: id } : {},
    label: command.label,
    needs_reason: command.needs_reason,
  };
}
