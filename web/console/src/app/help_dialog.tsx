import { Modal } from "../ui/modal.tsx";
import { goKeys } from "./keyboard.ts";

const KEYS: [keys: string, what: string][] = [
  ["/", "find anything"],
  ["j k, ↓ ↑", "next and previous line"],
  ["Enter", "open it"],
  ["r", "repair it: opens its first action"],
  ["Esc", "close a dialog, leave a field"],
  ["?", "this list"],
];

export default function HelpDialog({ close }: { close: () => void }) {
  return (
    <Modal title="Keyboard" close={close}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        {Object.entries(goKeys()).map(([key, [, name]]) => (
          <div key={key}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
