select cron.schedule('signalbox: ring the doorbell for what is due', '5 seconds', 'select outbox.ring_if_due()');
select cron.schedule('signalbox: retry failed and parked events', '30 seconds', 'select inbox.retry_due()');
select cron.schedule('signalbox: expire unpaid checkouts', '* * * * *', 'select commerce.expire_checkouts()');
select cron.schedule('signalbox: reconcile the providers', '* * * * *', 'select inbox.reconcile_all()');
select cron.schedule('signalbox: audit consistency', '*/10 * * * *', 'select ops.audit_consistency()');
select cron.schedule('signalbox: tidy', '* * * * *', 'select ops.purge_all()');
select cron.schedule('signalbox: mend times after a clock step', '* * * * *', 'select outbox.mend_clock()');
