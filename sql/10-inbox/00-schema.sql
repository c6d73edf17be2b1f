create schema inbox;
comment on schema inbox is
  'Received webhooks: archived, deduplicated and applied to the business tables in one transaction.';
