insert into ops.jobs (name, schedule, command, max_age, purpose) values
  ('signalbox: ring the doorbell for what is due', '5 seconds', 'select outbox.ring_if_due()', '2 minutes',
    'Deliveries are not tried again.'),
  ('signalbox: retry failed and parked events', '30 seconds', 'select inbox.retry_due()', '5 minutes',
    'Events that failed or wait are not tried again.'),
  ('signalbox: expire unpaid checkouts', '* * * * *', 'select commerce.expire_checkouts()', '5 minutes',
    'Unpaid checkouts keep their stock.'),
  ('signalbox: reconcile the providers', '* * * * *', 'select inbox.reconcile_all()', '5 minutes',
    'Webhooks that never arrived are not found.'),
  ('signalbox: audit consistency', '*/10 * * * *', 'select ops.audit_consistency()', '25 minutes',
    'Inconsistencies are not found.'),
  ('signalbox: tidy', '* * * * *', 'select ops.purge_all()', '5 minutes', 'Old rows are not removed.'),
  ('signalbox: mend times after a clock step', '* * * * *', 'select outbox.mend_clock()', '5 minutes',
    'After a step of the clock deliveries may stop.'),
  ('signalbox: remind of tutoring sessions', '* * * * *', 'select tutoring.remind()', '5 minutes',
    'Tutors and students are not reminded of sessions.'),
  ('signalbox: tell what needs attention', '* * * * *', 'select ops.tell_attention()', '5 minutes',
    'Nobody is alerted.');
select ops.schedule_jobs();
