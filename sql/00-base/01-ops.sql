create schema ops;
comment on schema ops is
  'What admins and operators use: overviews, repairs, and the small helpers every other schema shares.';
