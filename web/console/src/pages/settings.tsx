import { config } from "../api/config.ts";
import type { HomeState, Me } from "../api/types.ts";
import { type Preferences, setPreferences, usePreferences } from "../app/preferences.ts";
import { useCall } from "../app/use_call.ts";
import { Facts, PageHead } from "../ui/parts.tsx";

export default function Settings() {
  const me = useCall<Me>("me");
  const home = useCall<HomeState>("home");
  const { theme, every, paused } = usePreferences();
  return (
    <>
      <PageHead title="Settings" detail="Kept in this browser." />
      <div className="settings">
        <label className="field">
          <span>colours</span>
          <select
            value={theme}
            onChange={({ target }) => setPreferences({ theme: target.value as Preferences["theme"] })}
          >
            <option value="system">as the system</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
        <label className="field">
          <span>while Realtime is away, look every</span>
          <select value={every} onChange={({ target }) => setPreferences({ every: Number(target.value) })}>
            {[2, 5, 15, 60].map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds} seconds
              </option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" checked={paused} onChange={() => setPreferences({ paused: !paused })} /> paused
        </label>
      </div>
      <Facts
        facts={[
          ["signed in as", me.data?.email],
          ["API", config().api_url],
          ["version", home.data?.version],
        ]}
      />
    </>
  );
}
