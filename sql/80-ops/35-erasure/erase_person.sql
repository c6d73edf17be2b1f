-- Three steps. What only the person wrote, or was written about the person, is deleted or emptied. Webhooks and
-- messages about the person keep no content. Then every text of every table that names the person's addresses, and the
-- names, phones and streets beside them, is rewritten: an address always by the same stand-in, so that what belongs
-- together stays together. Keys keep the names in them: a person may be called like a provider.
create function ops.erase_person(person text, why text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_email text := lower(btrim(erase_person.person));
  v_user uuid;
  v_emails text[];
  v_standins text[];
  v_checkouts uuid[];
  v_orders uuid[];
  v_payments uuid[];
  v_memberships uuid[];
  v_sessions uuid[];
  v_recaps uuid[];
  v_words text[];
  v_keys text[];
  -- A text that names an address; a row that is about the person; a text with something to rewrite.
  v_named text;
  v_about text;
  v_found text;
  v_patterns text[];
  v_instead text[];
  v_obstacles text[];
  v_private constant text[] := '{recipient,email,name,phone,people,summary,summary_markdown,transcript,action_items,'
    'body,text,from,fields}';
  v_erased constant text := '{"erased": true}';
  v_mark text := encode(extensions.gen_random_bytes(6), 'hex');
  v_row record;
  v_count bigint;
  v_counts jsonb := '{}';
begin
  perform ops.check_reason('ops.erase_person', erase_person.why);
  if v_email is null or v_email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'the person''s e-mail address is needed' using errcode = '22023',
      hint = 'select ops.erase_person(''amina@example.com'', ''asked for it in ticket 1044'')';
  end if;

  -- An account that never confirmed the address may be anybody's: nothing follows from it, and it goes too.
  select u.id into v_user from auth.users u where lower(u.email) = v_email and u.email_confirmed_at is not null;
  v_emails := array(
    select distinct lower(a.email)
    from (
      select v_email as email
      union all select l.email from ops.person_links l where l.user_id = v_user
      union all select c.email from public.customers c where c.user_id = v_user
      union all select s.email from public.checkout_sessions s where s.user_id = v_user
      union all select p.email from public.payments p where p.user_id = v_user
      union all select m.email from public.memberships m where m.user_id = v_user
    ) a
    -- An address of another account is another person's.
    where a.email ~ '@' and not exists (
      select from auth.users u
      where lower(u.email) = lower(a.email) and u.email_confirmed_at is not null and u.id is distinct from v_user
    )
  );
  select array_agg(ops.word_pattern(e.email) order by e.place),
    array_agg(format('erased-%s-%s@erased.invalid', v_mark, e.place) order by e.place)
    into v_patterns, v_standins
  from unnest(v_emails) with ordinality as e (email, place);
  v_named := array_to_string(v_patterns, '|');

  v_obstacles := array(select o from ops.erasure_obstacles(v_user, v_emails, v_named) as o limit 20);
  if v_obstacles <> '{}' then
    raise exception 'this person cannot be erased yet: %', array_to_string(v_obstacles, '; ')
      using errcode = 'P0001', hint = 'Do that first, and call it again. Nothing was changed.';
  end if;

  v_checkouts := array(select s.id from public.checkout_sessions s
    where s.user_id = v_user or lower(s.email) = any (v_emails));
  v_orders := array(select o.id from public.orders o
    where o.user_id = v_user or lower(o.email) = any (v_emails) or o.checkout_session_id = any (v_checkouts));
  v_payments := array(select p.id from public.payments p
    where p.user_id = v_user or lower(p.email) = any (v_emails) or p.checkout_session_id = any (v_checkouts));
  v_memberships := array(select m.id from public.memberships m
    where m.user_id = v_user or lower(m.email) = any (v_emails));
  v_sessions := array(select s.id from public.tutoring_sessions s
    where s.student_user_id = v_user or s.student_email = any (v_emails));
  v_recaps := array(select r.id from public.session_recaps r
    where r.emails && v_emails or r.tutoring_session_id = any (v_sessions));
  v_words := array(
    select distinct w.word
    from (
      select unnest(array[c.name, c.phone]) as word from public.customers c
      where c.user_id = v_user or lower(c.email) = any (v_emails)
      union all
      select unnest(array[s.recipient_name, s.recipient_phone, s.shipping_address ->> 'line1',
        s.shipping_address ->> 'line2']) from public.checkout_sessions s where s.id = any (v_checkouts)
      union all
      select unnest(array[o.recipient_name, o.recipient_phone, o.shipping_address ->> 'line1',
        o.shipping_address ->> 'line2']) from public.orders o where o.id = any (v_orders)
      union all
      select unnest(array[f.recipient_name, f.recipient_phone, f.shipping_address ->> 'line1',
        f.shipping_address ->> 'line2']) from public.fulfillments f where f.order_id = any (v_orders)
      union all select p.name from public.profiles p where p.user_id = v_user
      union all select f.name from public.form_submissions f where f.email = any (v_emails)
      union all
      select x.value ->> 'name' from public.session_recaps r, jsonb_array_elements(r.people) x
      where r.id = any (v_recaps) and lower(x.value ->> 'email') = any (v_emails)
    ) w
    -- Shorter ones are in too many other words.
    where length(btrim(w.word)) >= 4
  );
  v_keys := array(
    select k.key::text from unnest(v_user || v_checkouts || v_orders || v_payments || v_memberships || v_sessions
      || v_recaps) k (key) where k.key is not null
    union select p.provider_ref from public.payments p where p.id = any (v_payments) and length(p.provider_ref) >= 4
    union select m.provider_ref from public.memberships m
      where m.id = any (v_memberships) and length(m.provider_ref) >= 4
    union select c.provider_ref from public.customers c
      where (c.user_id = v_user or lower(c.email) = any (v_emails)) and length(c.provider_ref) >= 4
  );
  v_instead := v_standins || array_fill('Erased'::text, array[cardinality(v_words)]);
  v_patterns := v_patterns || array(select ops.word_pattern(w) from unnest(v_words) w);
  v_found := array_to_string(v_patterns, '|');
  v_about := v_named || coalesce('|' || nullif(array_to_string(array(
    select ops.word_pattern(k) from unnest(v_keys) k), '|'), ''), '');

  -- What only the person wrote, or was written about the person.
  for v_row in
    select d.name, d.condition
    from (values
      ('public.conversations', 'user_id = $1 or membership_id = any ($3)'),
      ('public.text_versions', 'row_id in (
        select q.id from public.student_questions q where q.user_id = $1 or q.email = any ($2)
        union all select m.id from public.cohort_messages m where m.author_user_id = $1)'),
      ('public.student_questions', 'user_id = $1 or email = any ($2)'),
      ('public.ticket_replies', 'author_user_id = $1 or author_email = any ($2) or ticket_id in (
        select x.id from public.support_tickets x where x.user_id = $1 or x.email = any ($2))'),
      ('public.support_tickets', 'user_id = $1 or email = any ($2)'),
      ('public.cohort_messages', 'author_user_id = $1'),
      ('public.error_reports', 'user_id = $1'),
      ('public.form_submissions', 'email = any ($2)'),
      ('public.notifications', 'user_id = $1'),
      ('public.notification_preferences', 'user_id = $1'),
      ('public.profiles', 'user_id = $1'),
      ('public.session_transcripts', 'session_recap_id = any ($4)'),
      ('public.checkout_requests', 'checkout_session_id = any ($5)'),
      ('ops.quota_usage', 'user_id = $1')
    ) d (name, condition)
  loop
    execute format('delete from %s where %s', v_row.name, v_row.condition)
      using v_user, v_emails, v_memberships, v_recaps, v_checkouts;
    get diagnostics v_count = row_count;
    if v_count > 0 then
      v_counts := v_counts || jsonb_build_object(v_row.name, v_count);
    end if;
  end loop;
  update public.checkout_sessions s set shipping_address = null, recipient_name = null, recipient_phone = null
  where s.id = any (v_checkouts);
  update public.orders o set shipping_address = null, recipient_name = null, recipient_phone = null
  where o.id = any (v_orders);
  update public.fulfillments f
  set shipping_address = null, recipient_name = null, recipient_phone = null, note = null, tracking_code = null,
    tracking_url = null
  where f.order_id = any (v_orders);
  update public.customers c set name = null, phone = null
  where c.user_id = v_user or lower(c.email) = any (v_emails);
  update public.enrollments n set note = null
  where (n.user_id = v_user or n.email = any (v_emails)) and n.note is not null;
  update public.appointments a set note = null, title = 'Erased', meet_link = null
  where a.user_id = v_user or a.email = any (v_emails);
  update public.tutoring_sessions s set meet_link = null where s.id = any (v_sessions);
  update public.tutoring_session_changes x set reason = 'Erased.'
  where x.tutoring_session_id = any (v_sessions) and x.reason is not null;
  update public.session_recaps r
  set title = 'Erased', url = null, share_url = null, meeting_url = null, summary_markdown = null,
    summary_as_of = null, summary_as_of_event = null, action_items = null, action_items_as_of = null,
    action_items_as_of_event = null
  where r.id = any (v_recaps);
  update public.refund_requests r set reason = 'Erased.'
  where r.payment_id = any (v_payments) and r.reason is not null;
  update public.credit_ledger l set note = 'Erased.'
  where (l.user_id = v_user or lower(l.email) = any (v_emails)) and l.note is not null;

  -- Webhooks about the person: each is still known again by its id. References and amounts stay in their facts.
  update inbox.events e
  set body = v_erased, confirmation = case when e.confirmation is not null then v_erased end, headers = '{}',
    facts = (
      select coalesce(jsonb_agg(f.value - v_private order by f.place), '[]')
      from jsonb_array_elements(e.facts) with ordinality as f (value, place)
    )
  where e.facts is not null and (e.body ~* v_about or e.facts::text ~* v_about);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('inbox.events', v_count);
  update inbox.latest_facts l
  set facts = (
    select coalesce(jsonb_agg(f.value - v_private order by f.place), '[]')
    from jsonb_array_elements(l.facts) with ordinality as f (value, place)
  )
  where l.facts::text ~* v_about;

  for v_row in
    select format('%I.%I', n.nspname, c.relname) as name, string_agg(format(
      case a.atttypid
        when 'text[]'::regtype then '%1$I = case when t.%1$I is not null then array(select ops.scrub(x.word, %2$s) '
          'from unnest(t.%1$I) with ordinality as x (word, place) order by x.place) end'
        when 'jsonb'::regtype then '%1$I = ops.scrub_json(t.%1$I, $1, $2, $5)'
        else '%1$I = ops.scrub(t.%1$I, %2$s)'
      end, a.attname, case when k.is_key then '$1[:$5], $2[:$5]' else '$1, $2' end), ', ' order by a.attnum) as changes
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    -- In keys, and where only certain words may stand, addresses alone are rewritten: a buyer may be called "Stripe".
    cross join lateral (
      select ops.holds_a_key(a.attname)
        or exists (
          select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey::smallint[])
        )
        or exists (
          select from pg_constraint o
          where (o.contype = 'f' and (o.conrelid, true) = (c.oid, a.attnum = any (o.conkey)))
            or (o.contype = 'f' and (o.confrelid, true) = (c.oid, a.attnum = any (o.confkey)))
            or (o.contype = 'c' and (o.conrelid, true) = (c.oid, a.attnum = any (o.conkey))
              and pg_get_constraintdef(o.oid) ~ ('\m' || a.attname || ' = ANY \(ARRAY'))
        ) as is_key
    ) k
    where c.relkind = 'r' and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype)
      and n.nspname in ('public', 'inbox', 'outbox', 'commerce', 'learning', 'tutoring', 'calendar', 'community', 'ops',
        'console')
      -- Follows the ledger, by a trigger.
      and c.oid <> 'community.credit_balances'::regclass
    group by n.nspname, c.relname
    order by 1
  loop
    execute format('update %s t set %s where t::text ~* $3 and t::text ~* $4', v_row.name, v_row.changes)
      using v_patterns, v_instead, v_about, v_found, cardinality(v_emails);
    get diagnostics v_count = row_count;
    if v_count > 0 then
      v_counts := v_counts || jsonb_build_object(v_row.name, v_count + coalesce((v_counts ->> v_row.name)::bigint, 0));
    end if;
  end loop;
  -- Messages, with those that the changes above have written: nobody is told of a person that is erased.
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = 'It was written by ops.erase_person.'
  where d.written_by = pg_current_xact_id() and d.status = 'pending'
    and d.message_id in (select m.id from outbox.messages m where m.payload ~* v_about or m.payload ~ v_mark);
  with emptied as (
    update outbox.messages m set payload = json_build_object('type', m.type, 'erased', true)::text
    where m.payload ~* v_about or m.payload ~ v_mark
    returning m.id
  )
  update outbox.attempts a set response_body = null
  from outbox.deliveries d
  where a.delivery_id = d.id and d.message_id in (select x.id from emptied x) and a.response_body is not null;

  delete from community.credit_balances b
  where b.balance = 0 and b.owner in (select 'email:' || e from unnest(v_emails) e);

  if v_counts = '{"inbox.events": 0}' and not exists (select from auth.users u where lower(u.email) = v_email) then
    raise exception 'nothing is known of this person' using errcode = 'P0002',
      hint = 'select * from ops.find_person(''…'') finds people by the beginning of their address.';
  end if;
  delete from auth.users u
  where u.id = v_user or (lower(u.email) = v_email and u.email_confirmed_at is null);
  perform ops.decide('ops.erase_person', v_standins[1], ops.scrub(erase_person.why, v_patterns, v_instead));
  return v_counts;
end
$$;
comment on function ops.erase_person(text, text) is
  'Erases a person''s data where the person asks for it by law: select ops.erase_person(''amina@example.com'', '
  '''ticket 1044''). The account, texts, recaps, profile, addresses and the content of webhooks and messages are gone; '
  'orders, payments, credits and totals stay under a stand-in for the address. Reads every table, so allow it time: '
  'set statement_timeout = 0. Returns the rows changed, by table. Raises 22023 without a reason or an address, P0002 '
  'when nothing is known of the person, P0001 with what to do first while something is under way.';
