/** Who has joined which topic. A public and a private topic of one name are two. */
import { type Broadcast, sizeOf } from "./frames.ts";

/** The limit of hosted's free plan, with its allowance for what is around the payload. */
const MAX_PAYLOAD_BYTES = 256_000 + 500;

export interface Member {
  deliver(broadcast: Broadcast): void;
}

export const tooLarge = (broadcast: Broadcast) => sizeOf(broadcast) > MAX_PAYLOAD_BYTES;

export class Hub {
  private readonly topics = new Map<string, Set<Member>>();

  join(topic: string, isPrivate: boolean, member: Member): void {
    const key = `${isPrivate} ${topic}`;
    const members = this.topics.get(key);
    if (members) members.add(member);
    else this.topics.set(key, new Set([member]));
  }

  leave(topic: string, isPrivate: boolean, member: Member): void {
    const key = `${isPrivate} ${topic}`;
    const members = this.topics.get(key);
    members?.delete(member);
    if (members?.size === 0) this.topics.delete(key);
  }

  send(topic: string, isPrivate: boolean, broadcast: Broadcast, except?: Member): void {
    for (const member of this.topics.get(`${isPrivate} ${topic}`) ?? [])
      if (member !== except) member.deliver(broadcast);
  }
}
