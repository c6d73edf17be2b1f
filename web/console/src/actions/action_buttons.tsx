/** The repair as the one loud button, alternatives beside it. */
import type { Action } from "../api/types.ts";
import { useDialogs } from "../app/dialogs.tsx";

export function ActionButtons({ actions, loud = true }: { actions: readonly Action[]; loud?: boolean }) {
  const { run } = useDialogs();
  return (
    <>
      {actions.map((action, i) => (
        <button
          key={`${action.command} ${action.label}`}
          type="button"
          className={loud && i === 0 ? "primary" : undefined}
          data-repair={i === 0 || undefined}
          onClick={() => run(action)}
        >
          {action.label}
        </button>
      ))}
    </>
  );
}
