/** The one dialog that may be open. Dialogs are loaded when the first is opened. */
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useMemo, useState } from "react";
import type { Action, Selection } from "../api/types.ts";

const ActionDialog = lazy(() => import("../actions/action_dialog.tsx"));
const BulkDialog = lazy(() => import("../actions/bulk_dialog.tsx"));
const HelpDialog = lazy(() => import("./help_dialog.tsx"));

type Open = { kind: "action"; action: Action } | { kind: "bulk"; selection: Selection } | { kind: "help" };

interface Dialogs {
  run(action: Action): void;
  runForAll(selection: Selection): void;
  help(): void;
}

const Context = createContext<Dialogs | undefined>(undefined);

export function useDialogs(): Dialogs {
  const found = useContext(Context);
  if (!found) throw new Error("DialogProvider is missing");
  return found;
}

export function DialogProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<Open>();
  const close = useCallback(() => setOpen(undefined), []);
  const dialogs = useMemo<Dialogs>(
    () => ({
      run: (action) => setOpen({ kind: "action", action }),
      runForAll: (selection) => setOpen({ kind: "bulk", selection }),
      help: () => setOpen({ kind: "help" }),
    }),
    [],
  );
  return (
    <Context value={dialogs}>
      {children}
      <Suspense fallback={null}>
        {open?.kind === "action" && <ActionDialog action={open.action} close={close} />}
        {open?.kind === "bulk" && <BulkDialog selection={open.selection} close={close} />}
        {open?.kind === "help" && <HelpDialog close={close} />}
      </Suspense>
    </Context>
  );
}
