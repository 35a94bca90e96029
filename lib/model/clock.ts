/** The wall clock, as an argument: replays and tests bring their own. */
export type Clock = () => Date;
