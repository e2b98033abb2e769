const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const nearDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const farDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' });

/** How long ago, in the fewest signs: "now", "12 s", "4 min", "3 h", "2 d". */
export function age(at: string, now: number): string {
  const passed = now - Date.parse(at);
  return passed < 2 * SECOND ? 'now' : wait(passed);
}

/** How long something took that takes a person's time: "12 s", "4 min", "3 h", "2 d". */
export function wait(passed: number): string {
  if (passed < MINUTE) return `${Math.floor(passed / SECOND)} s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  return `${Math.floor(passed / DAY)} d`;
}

/** "14:02:11" */
export function timeOfDay(at: string): string {
  return clockWithSeconds.format(Date.parse(at));
}

/** "14:02" on the same day, "18 Nov, 14:02" on another. */
export function since(at: string, now: number): string {
  const time = clock.format(Date.parse(at));
  return sameDay(Date.parse(at), now) ? time : `${shortDay.format(Date.parse(at))}, ${time}`;
}

/** "Today", "Yesterday", "Monday 18 November", "18 November 2024" */
export function dayName(at: string, now: number): string {
  const moment = Date.parse(at);
  if (sameDay(moment, now)) return 'Today';
  if (sameDay(moment, now - DAY)) return 'Yesterday';
  const sameYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? nearDay : farDay).format(moment);
}

export function fullMoment(at: string): string {
  return full.format(Date.parse(at));
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
