create function console.chart_points(what text, since timestamptz, until timestamptz, width interval)
returns table (bucket integer, series text, value numeric)
language plpgsql stable
set search_path = ''
set enable_seqscan = off -- every part is a range of an index
as $$
#variable_conflict use_column
declare
  v_most constant integer := 200000;
  v_first bigint;
  v_last bigint;
  v_share numeric;
begin
  if chart_points.what in ('deliveries', 'success_by_destination', 'commit_to_arrival') then
    v_first := console.first_attempt(chart_points.since);
    v_last := console.first_attempt(chart_points.until);
  end if;
  case chart_points.what
    when 'events', 'success_by_provider' then
      -- Of more than can be counted in time, the first part of each bucket stands for the whole.
      select least(extract(epoch from chart_points.until - min(x.received_at))
        / extract(epoch from chart_points.until - chart_points.since), 1)
      into v_share
      from (
        select e.received_at from inbox.events e
        where e.received_at >= chart_points.since and e.received_at < chart_points.until
        order by e.received_at desc limit v_most
      ) x having count(*) = v_most;
      return query
        select b.number, e.provider, case when chart_points.what = 'events' then round(count(*) / coalesce(v_share, 1))
          else round(100.0 * count(*) filter (where e.status in ('applied', 'ignored')) / count(*), 2) end
        from generate_series(0, ceil(extract(epoch from chart_points.until - chart_points.since)
          / extract(epoch from chart_points.width))::integer - 1) b (number)
        join inbox.events e on e.received_at >= chart_points.since + chart_points.width * b.number
          and e.received_at < chart_points.since + chart_points.width * (b.number + coalesce(v_share, 1)::double
            precision)
        group by 1, 2;
    when 'webhook_to_commit' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(e.received_at, chart_points.since, chart_points.width) as bucket,
            extract(epoch from e.applied_at - e.received_at)::double precision * 1000 as ms
          from inbox.events e
          where e.received_at >= chart_points.since and e.received_at < chart_points.until and e.applied_at is not null
          order by e.received_at desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'deliveries' then
      return query
        select console.bucket(a.started_at, chart_points.since, chart_points.width),
          case when a.error is null then 'delivered' else 'failed' end, count(*)::numeric
        from outbox.attempts a
        where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
          and a.started_at < chart_points.until
        group by 1, 2;
    when 'success_by_destination' then
      return query
        select x.bucket, d.destination, round(100.0 * count(*) filter (where x.error is null) / count(*), 2)
        from (
          select console.bucket(a.started_at, chart_points.since, chart_points.width) as bucket, a.error,
            a.delivery_id
          from outbox.attempts a
          where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
            and a.started_at < chart_points.until
          order by a.id desc limit v_most
        ) x join outbox.deliveries d on d.id = x.delivery_id
        group by 1, 2;
    when 'commit_to_arrival' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(a.started_at, chart_points.since, chart_points.width) as bucket,
            extract(epoch from a.started_at - d.created_at)::double precision * 1000 + coalesce(a.duration_ms, 0) as ms
          from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id
          where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
            and a.started_at < chart_points.until and a.error is null
          order by a.id desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'capture_to_order' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(o.created_at, chart_points.since, chart_points.width) as bucket,
            greatest(extract(epoch from o.created_at - p.captured_at)::double precision * 1000, 0) as ms
          from public.orders o join public.payments p on p.id = o.payment_id
          where o.id >= ops.uuid7_at(chart_points.since) and o.created_at >= chart_points.since
            and o.created_at < chart_points.until and p.captured_at is not null
          order by o.id desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'backlog' then
      return query
        with open as materialized (
          -- Those that waited over the end of a bucket: of the newest, and all that wait now.
          select d.created_at, d.settled_at
          from (
            (select x.id, x.created_at, x.settled_at from outbox.deliveries x
              where x.message_id >= ops.uuid7_at(chart_points.since - interval '1 day')
              order by x.message_id desc limit v_most)
            union
            (select x.id, x.created_at, x.settled_at from outbox.deliveries x where x.status = 'pending'
              order by x.id limit v_most)
          ) d
          where d.created_at < chart_points.until and (d.settled_at is null
            or console.bucket(d.settled_at, chart_points.since, chart_points.width)
              > console.bucket(d.created_at, chart_points.since, chart_points.width))
          order by d.created_at
        ), ends as (
          select b.number as bucket, least(chart_points.since + chart_points.width * (b.number + 1), now()) as at
          from generate_series(0, ceil(extract(epoch from chart_points.until - chart_points.since)
            / extract(epoch from chart_points.width))::integer - 1) b (number)
          where chart_points.since + chart_points.width * b.number <= now()
        ), counted as (
          select e.bucket, e.at,
            (select count(*) from open o where o.created_at <= e.at)
              - (select count(*) from open o where o.settled_at <= e.at) as waiting,
            (select o.created_at from open o where o.created_at <= e.at
              and (o.settled_at is null or o.settled_at > e.at) limit 1) as oldest
          from ends e
        )
        select c.bucket, 'waiting', c.waiting::numeric from counted c
        union all
        select c.bucket, 'oldest',
          coalesce(round(extract(epoch from c.at - c.oldest) * 1000), 0)::numeric from counted c;
    else
      raise exception 'there is no chart %', coalesce(chart_points.what, '(null)') using errcode = '22023',
        hint = 'Known: events, deliveries, success_by_provider, success_by_destination, webhook_to_commit, '
          'commit_to_arrival, capture_to_order, backlog.';
  end case;
end
$$;
comment on function console.chart_points(text, timestamptz, timestamptz, interval) is
  'The values of a chart: bucket (from 0), series, value. Raises 22023 for an unknown one.';
