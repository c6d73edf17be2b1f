begin;
select plan(6);

-- The whole of what the API's roles may do in our schemas. What is not listed here they may not; a new grant is written down here first.
create temporary table api_roles (role) as values ('anon'), ('authenticated'), ('service_role');

select set_eq(
  $$ select r.role || ' ' || p.privilege || ' ' || n.nspname
     from api_roles r, unnest('{USAGE,CREATE}'::text[]) p (privilege), pg_namespace n
     where n.oid in (select tests.our_schemas()) and has_schema_privilege(r.role, n.oid, p.privilege) $$,
  $$ values
    ('anon USAGE public'),
    ('authenticated USAGE public'),
    ('service_role USAGE public') $$,
  'schemas'
);
select set_eq(
  $$ select r.role || ' ' || p.privilege || ' ' || tests.name_of(c)
     from api_roles r, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p (privilege), tests.our_relations() c
     where has_table_privilege(r.role, c, p.privilege) $$,
  $$ values
    ('anon SELECT public.products'),

    ('authenticated SELECT public.checkout_items'),
    ('authenticated SELECT public.checkout_sessions'),
    ('authenticated SELECT public.credit_ledger'),
    ('authenticated SELECT public.customers'),
    ('authenticated SELECT public.memberships'),
    ('authenticated SELECT public.notifications'),
    ('authenticated SELECT public.order_items'),
    ('authenticated SELECT public.orders'),
    ('authenticated SELECT public.payments'),
    ('authenticated SELECT public.products'),
    ('authenticated SELECT public.refunds'),
    ('authenticated SELECT public.session_recaps'),
    ('authenticated SELECT public.session_transcripts'),
    ('authenticated SELECT public.tutoring_sessions'),

    ('service_role SELECT public.checkout_items'),
    ('service_role SELECT public.checkout_sessions'),
    ('service_role SELECT public.credit_ledger'),
    ('service_role SELECT public.customers'),
    ('service_role SELECT public.disputes'),
    ('service_role SELECT public.membership_invoices'),
    ('service_role SELECT public.memberships'),
    ('service_role SELECT public.notifications'),
    ('service_role SELECT public.order_items'),
    ('service_role SELECT public.orders'),
    ('service_role SELECT public.payment_approvals'),
    ('service_role SELECT public.payments'),
    ('service_role SELECT public.products'),
    ('service_role SELECT public.refunds'),
    ('service_role SELECT public.session_recaps'),
    ('service_role SELECT public.session_transcripts'),
    ('service_role SELECT public.tutoring_sessions'),
    ('service_role SELECT public.stock_reservations') $$,
  'tables and views'
);
select set_eq(
  $$ select r.role || ' ' || p.privilege || ' ' || tests.name_of(c) || '.' || a.attname
     from api_roles r, unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) p (privilege), tests.our_relations() c, pg_attribute a
     where a.attrelid = c and a.attnum > 0 and not a.attisdropped
       and has_column_privilege(r.role, c, a.attnum, p.privilege) and not has_table_privilege(r.role, c, p.privilege) $$,
  $$ values ('authenticated UPDATE public.notifications.read_at') $$,
  'of a table that is not listed, this column only'
);
select is_empty(
  $$ select r.role || ' ' || p.privilege || ' ' || tests.name_of(c)
     from api_roles r, unnest('{USAGE,SELECT,UPDATE}'::text[]) p (privilege), tests.our_relations('S') c
     where has_sequence_privilege(r.role, c, p.privilege) $$,
  'no sequence'
);
select set_eq(
  $$ select r.role || ' ' || tests.signature_of(f) from api_roles r, tests.our_functions() f where has_function_privilege(r.role, f, 'EXECUTE') $$,
  $$ values ('authenticated tutoring.my_email()') $$,
  'no function but one that policies ask: what the storefront and the app may call are edge functions'
);
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f where has_function_privilege('public', f, 'EXECUTE') $$, 'nor may the whole world call one'
);

select * from finish();
rollback;
