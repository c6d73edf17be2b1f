-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.book_session(sku text, starts_at timestamptz, key text, user_id uuid default null)
returns public.tutoring_sessions
language sql
set search_path = ''
begin atomic
  select s from tutoring.book_with_credits(book_session.sku, book_session.starts_at, book_session.key,
    book_session.user_id) s;
end;
comment on function public.book_session(text, timestamptz, text, uuid) is
  'For the app: books a tutoring session with credits of the signed-in account (products.price_credits), at one of '
  'public.free_times; with the service key, in SQL and for admins: for user_id. The same key books once, and gets the '
  'same row. Cancelled by the rules (public.cancel_session), the credits come back. Raises P0001 not_enough_credits, '
  'not_for_credits, trial_used, email_not_confirmed, not_bookable and sold_out, of which the last two name the next '
  'free time; PT404 unknown_item; PT409 key_reused; 22023 for bad input; 42501 for another account''s credits.';
