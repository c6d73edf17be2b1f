/** Time in the members' chat, driven by a test. */
import type { TestStack } from "../test_stack.ts";

/**
 * So much time later, cron runs. Cron leaves to its next minute what somebody is just changing, such as a page that
 * marks a conversation as read: a test runs it once, and waits for those first.
 */
export const passTime = (sql: TestStack["sql"], later: string) =>
  sql.begin(async (cron) => {
    await cron`select m.id from public.memberships m order by m.id for no key update`;
    await cron`select c.id from public.conversations c order by c.id for no key update`;
    await cron`select community.run_conversations(now() + ${later}::interval, 100000)`;
  });
