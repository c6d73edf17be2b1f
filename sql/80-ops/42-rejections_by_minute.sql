-- For ops.age_out: the oldest first.
create index rejections_by_minute on inbox.rejections (minute);
