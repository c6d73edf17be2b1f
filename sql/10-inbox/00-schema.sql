create schema inbox;
comment on schema inbox is 'Webhooks as they came: archived, deduplicated, applied to the business in one transaction.';
