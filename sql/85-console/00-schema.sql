create schema console;
comment on schema console is
  'What the admin console (web/console) calls over the Data API. Every function refuses callers that are no admin; no '
  'table is readable.';
