create function tutoring.book_with_credits(sku text, starts_at timestamptz, key text, user_id uuid default null)
returns public.tutoring_sessions
language plpgsql
security definer -- for public.book_session: whose credits are spent is checked here
set search_path = ''
as $$
declare
  v_user uuid := community.spender(book_with_credits.user_id);
  v_email text;
  v_product public.products;
  v_session public.tutoring_sessions;
begin
  if coalesce(length(book_with_credits.key), 0) not between 1 and 200 then
    raise exception 'a booking needs a key of 1 to 200 characters' using errcode = '22023', detail = 'key_missing',
      hint = 'Pass crypto.randomUUID(), made when the dialog opens: the same key books once.';
  elsif book_with_credits.starts_at is null then
    raise exception 'a session begins at some time' using errcode = '22023', detail = 'starts_at_missing',
      hint = 'Pass starts_at, one of free_times.';
  end if;
  -- Two calls with one key queue here; no other lock is held yet.
  perform pg_advisory_xact_lock(hashtextextended('signalbox booking ' || v_user, 0));
  select s.* into v_session from public.tutoring_sessions s
  where s.student_user_id = v_user and s.booking_key = book_with_credits.key;
  if found then
    if not exists (select 1 from public.products p where p.id = v_session.product_id
      and p.sku = book_with_credits.sku)
      or book_with_credits.starts_at is distinct from coalesce((
        select c.from_starts_at from public.tutoring_session_changes c
        where c.tutoring_session_id = v_session.id order by c.number limit 1
      ), v_session.starts_at) then
      raise exception 'this key has booked another session' using errcode = 'PT409', detail = 'key_reused',
        hint = 'Pass a new key for another session.';
    end if;
    return v_session;
  end if;

  select lower(u.email) into v_email from auth.users u where u.id = v_user and u.email_confirmed_at is not null;
  if v_email is null then
    raise exception 'the account has no confirmed e-mail address' using errcode = 'P0001',
      detail = 'email_not_confirmed', hint = 'Confirm it: the invitation is sent there.';
  end if;
  select p.* into v_product from public.products p
  where p.sku = book_with_credits.sku and p.active and p.kind = 'tutoring_session';
  if not found then
    raise exception 'there is no tutoring session % on sale', book_with_credits.sku
      using errcode = 'PT404', detail = 'unknown_item', hint = 'Show the catalogue again.';
  elsif v_product.price_credits is null then
    raise exception '% is not sold for credits', v_product.sku using errcode = 'P0001', detail = 'not_for_credits',
      hint = 'Sell it by a checkout, or set products.price_credits.';
  end if;

  -- The order of locks: docs/architecture.md.
  if v_product.trial then
    perform tutoring.lock_trial(v_email);
    if tutoring.had_trial(v_email, v_user) then
      raise exception '% is a trial, and each student has one', v_product.sku
        using errcode = 'P0001', detail = 'trial_used',
          hint = 'Offer a regular session. A trial that is cancelled in time may be booked again.';
    end if;
  end if;
  perform tutoring.lock_tutor(v_product.tutor_email);
  perform tutoring.check_bookable(v_product.name, v_product.tutor_email, book_with_credits.starts_at,
    v_product.session_minutes);
  v_session.id := ops.uuid7();
  v_session.ends_at := book_with_credits.starts_at + make_interval(mins => v_product.session_minutes);
  if book_with_credits.starts_at < now() then
    raise exception 'a session is not booked in the past' using errcode = '22023', detail = 'starts_at_past',
      hint = 'Pass a later time.';
  elsif tutoring.is_busy(v_product.tutor_email, book_with_credits.starts_at, v_session.ends_at) then
    raise exception 'the tutor is busy at %', ops.iso_utc(book_with_credits.starts_at)
      using errcode = 'P0001', detail = 'sold_out',
        hint = tutoring.another_time(v_product.tutor_email, book_with_credits.starts_at, v_product.session_minutes);
  end if;
  perform community.spend_credits(v_product.price_credits, 'tutoring_session/' || v_session.id, v_product.name, v_user);
  insert into public.tutoring_sessions (id, title, starts_at, ends_at, tutor_email, tutor_user_id, student_email,
    student_user_id, product_id, price_credits, booking_key)
  values (v_session.id, v_product.name, book_with_credits.starts_at, v_session.ends_at, v_product.tutor_email,
    commerce.user_of(v_product.tutor_email), v_email, v_user, v_product.id, v_product.price_credits,
    book_with_credits.key)
  returning * into v_session;
  return v_session;
end
$$;
comment on function tutoring.book_with_credits(text, timestamptz, text, uuid) is
  'For public.book_session: see there. The spend and the session are one transaction.';
