create function inbox.asked_about(provider text, ref text) returns void
language sql
set search_path = ''
begin atomic
  insert into inbox.inquiries as i (provider, ref, next_at)
  values (asked_about.provider, asked_about.ref, now() + interval '5 minutes')
  on conflict on constraint a_payment_is_asked_about_in_one_row do update
  set times = i.times + 1, next_at = now() + least(interval '5 minutes' * (2 ^ least(i.times, 10)), interval '1 day');
end;
comment on function inbox.asked_about(text, text) is
  'Records that the provider was asked about a pending payment; it is asked again in 5 minutes, then 10, 20 … at most '
  'a day.';
