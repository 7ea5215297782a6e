/** What a message is to a room (`Header.kind`). `position` says the rest. */
export const Kind = {
  /** Something to be passed on. Up: no position yet. Down: its position in the room. */
  data: 0,
  /** Up: wants to be in the room that `position` names. */
  join: 1,
  /** Down: is owed what follows from `position` on. */
  joined: 2,
  /** Up: wants to leave the room that `position` names. */
  leave: 3,
  /** Down: is owed nothing from `position` on. */
  left: 4,
  /** Down: what has not come below `position` was dropped for this member, and will not come. */
  dropped: 5,
} as const
