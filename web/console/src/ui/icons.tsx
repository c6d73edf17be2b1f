/** Icons of 16 × 16, drawn as lines. They say nothing that a word beside them does not say. */
const PATHS: Record<string, string> = {
  home: "M2.5 7.5 8 3l5.5 4.5V13h-4V9.5h-3V13h-4z",
  find: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.6-1.4L14 14",
  events: "M8 2v8m0 0L4.8 6.8M8 10l3.2-3.2M2.5 13.5h11",
  rejections: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 12.2l8.4-8.4",
  messages: "M2 3.5h12v8H8.5L5 14v-2.5H2z",
  deliveries: "M8 14V6m0 0L4.8 9.2M8 6l3.2 3.2M2.5 2.5h11",
  destinations: "M8 14s5-4.2 5-8A5 5 0 0 0 3 6c0 3.8 5 8 5 8zm0-6.2a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  charts: "M2.5 2.5v11h11M5 10l2.5-3 2.5 2 3.5-5",
  reconciliations: "M13.5 6A6 6 0 0 0 3 4.5L2 6m0-4v4h4M2.5 10A6 6 0 0 0 13 11.500l1-1.5m0 4v-4h-4",
  audit: "M3 2.5h10v11H3zM5.5 8l2 2 3.5-4",
  incidents: "M8 2 14.5 13.500h-13zM8 6.5v3m0 2v.2",
  decisions: "M3 13.5 3.5 10l7-7 2.5 2.5-7 7zM9 4.5 11.5 7",
  jobs: "M2.5 4.5h11m-11 4h11m-11 4h7",
  retention: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.200l2.2 1.6",
  commands: "M3 5l3 3-3 3m5 0h5",
  settings: "M2.5 5h6m3 0h2m-11 6h2m3 0h6M10 3.2v3.600M6 9.2v3.6",
  break: "M9 1.5 4 9h4l-1 5.500L12.500 6.500h-4z",
  menu: "M2 4h12M2 8h12M2 12h12",
  pause: "M5.5 3v10m5-10v10",
  play: "M4.5 2.5v11l9-5.5z",
  copy: "M5.5 5.5h8v8h-8zm-3 5v-8h8",
  check: "M3 8.5 6.5 12 13 4.5",
};

export function Icon({ name }: { name: string }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name] ?? PATHS.check} />
    </svg>
  );
}
