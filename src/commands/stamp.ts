/** 20261123T221530.123Z: sorts by time, fit for every file system, different for runs of the same second. */
export function stamp(date: Date): string {
  return date.toISOString().replace(/[-:]/g, '')
}
