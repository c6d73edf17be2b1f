-- When each area was last told, in ms since 1970: a sequence is read and set without a lock, and without a row that
-- concurrent webhooks would queue for. What is set in a transaction that is rolled back stays: it only mutes a second.
create sequence console.told_events;
create sequence console.told_rejections;
create sequence console.told_reconciliations;
create sequence console.told_messages;
create sequence console.told_deliveries;
create sequence console.told_destinations;
create sequence console.told_audits;
create sequence console.told_incidents;
create sequence console.told_alerts;
create sequence console.told_decisions;
create sequence console.told_jobs;
create sequence console.told_actions;
create sequence console.told_admins;
