/** The topic to which each of these belongs by its name; undefined where it is none of qf's. */
export const INPUT_OF = {
  /** `qf.state.<group>.<stage>.<input>` */
  stateTopic: (name: string): string | undefined => /^qf\.state\.[^.]+\.[^.]+\.(.+)$/.exec(name)?.[1],
  /** `<group>.<stage>.<input>` */
  group: (id: string): string | undefined => /^[^.]+\.[^.]+\.(.+)$/.exec(id)?.[1],
  /** `<group>/<stage>/<input>/<partition>` */
  task: (name: string): string | undefined => /^[^/]+\/[^/]+\/(.+)\/\d+$/.exec(name)?.[1],
} as const;
