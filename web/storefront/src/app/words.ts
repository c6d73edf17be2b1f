/** Money, dates and countries in the reader's own language. */

/** A browser may name a locale that Intl does not know, such as en-US@posix. */
const LOCALE = (() => {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0];
  } catch {
    return "en";
  }
})();

export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const DAY: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "long" };
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

export const day = (iso: string) => new Date(iso).toLocaleDateString(LOCALE, DAY);
export const time = (iso: string) => new Date(iso).toLocaleTimeString(LOCALE, TIME);
export const dayAndTime = (iso: string) => `${day(iso)}, ${time(iso)}`;

const names = new Intl.DisplayNames(LOCALE, { type: "region" });
export const countryName = (code: string) => names.of(code) ?? code;

/** ISO 3166-1 alpha-2. */
const CODES =
  "ADAEAFAGALAMAOARATAUAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDMDODZECEEEGERESETFI" +
  "FJFMFRGAGBGDGEGHGMGNGQGRGTGWGYHKHNHRHTHUIDIEILINIQIRISITJMJOJPKEKGKHKIKMKNKPKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMG" +
  "MHMKMLMMMNMRMTMUMVMWMXMYMZNANENGNINLNONPNRNZOMPAPEPGPHPKPLPTPWPYQARORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYSZTDTG" +
  "THTJTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVNVUWSYEZAZMZW";
export const COUNTRIES: readonly string[] = CODES.match(/../g)!;
