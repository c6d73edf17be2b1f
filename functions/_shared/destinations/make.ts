/**
 * make.com custom webhooks: Standard Webhooks, an optional key, and answers that mean something of their own.
 * 200 "Accepted" means queued. 400 is either a full queue (try again) or data it will never take; the text tells.
 */
import { judgeByStatus, type Poster, settingName } from "../destination.ts";
import { webhook } from "./webhook.ts";

export const make: Poster = {
  async headers(delivery, env, now) {
    const key = env(settingName(delivery.destination, "API_KEY"));
    return { ...(await webhook.headers(delivery, env, now)), ...(key && { "x-make-apikey": key }) };
  },
  judge(answer) {
    if (answer.status === 400 && !/queue is full/i.test(answer.body)) {
      return { outcome: "refused", error: `make.com will not take this data: ${answer.body.slice(0, 200)}` };
    }
    if (answer.status === 413) return { outcome: "refused", error: "make.com takes at most 5 MB." };
    return judgeByStatus(answer);
  },
};
