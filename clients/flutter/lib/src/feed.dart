// Which changes are applied, and when: the rules of clients/web/src/feed.ts, without clock or network. Broadcasts are
// fast, and may be lost, doubled or late; what `changes_since` answers is complete, and in order. Whatever comes of
// either, each change is applied once, and those of a row in the order in which they were made.

/// A change of a row, as broadcasts and `changes_since` have it.
class Change {
  const Change({
    required this.sequence,
    required this.previous,
    required this.transaction,
    required this.operation,
    required this.schema,
    required this.table,
    required this.record,
    required this.oldRecord,
  });

  /// Null: it is no change of our feed. Topics may carry other messages too.
  static Change? from(Object? payload) {
    if (payload is! Map) return null;
    final sequence = payload['sequence'];
    final transaction = payload['transaction'];
    final operation = payload['operation'];
    if (sequence is! int || transaction is! int || operation is! String) {
      return null;
    }
    return Change(
      sequence: sequence,
      previous: payload['previous'] as int?,
      transaction: transaction,
      operation: operation,
      schema: payload['schema'] as String,
      table: payload['table'] as String,
      record: _row(payload['record']),
      oldRecord: _row(payload['old_record']),
    );
  }

  static Map<String, dynamic>? _row(Object? row) =>
      row is Map ? Map<String, dynamic>.from(row) : null;

  /// Of two changes of one row, the later one has the higher number. Changes of other rows may commit in any order.
  final int sequence;

  /// The sequence of the change of this row before this one. Null: none was kept.
  final int? previous;

  /// The transaction that wrote it.
  final int transaction;

  /// INSERT, UPDATE or DELETE.
  final String operation;
  final String schema;
  final String table;

  /// Null: it was deleted. Only `id`, when the change is over 200 KB.
  final Map<String, dynamic>? record;

  /// Null: it was inserted. Only `id`, when the change is over 200 KB.
  final Map<String, dynamic>? oldRecord;

  String get _key => '$schema.$table/${(record ?? oldRecord)?['id']}';
}

/// What `changes_since` answers.
class Page {
  const Page({
    required this.changes,
    required this.cursor,
    required this.snapshot,
    required this.more,
    required this.gone,
  });

  factory Page.from(Map<String, dynamic> answer) => Page(
        changes: [
          for (final change in answer['changes'] as List<dynamic>)
            Change.from(change)!,
        ],
        cursor: answer['cursor'] as String,
        snapshot: answer['snapshot'] as String,
        more: answer['more'] as bool,
        gone: answer['gone'] as bool,
      );

  final List<Change> changes;

  /// From which to go on.
  final String cursor;

  /// Which transactions a complete answer has seen: Postgres' pg_snapshot, `xmin:xmax:in,progress`.
  final String snapshot;

  /// There are more: ask again with [cursor].
  final bool more;

  /// Changes after the cursor asked with are not kept any more. [cursor] begins now: read the tables again.
  final bool gone;
}

bool Function(int transaction) _seenIn(String snapshot) {
  final parts = snapshot.split(':');
  final xmin = int.parse(parts[0]);
  final xmax = int.parse(parts[1]);
  final running = {
    for (final one in parts[2].split(','))
      if (one.isNotEmpty) int.parse(one),
  };
  return (transaction) =>
      transaction < xmin ||
      (transaction < xmax && !running.contains(transaction));
}

class Feed {
  /// [cursor] of an earlier feed; null begins now.
  Feed([this.cursor]);

  /// So many rows are remembered; a change of a row that is not is read before it is applied.
  static const _rowsKept = 10000;

  /// All before it was applied. Null: nothing has been read yet.
  String? cursor;

  /// Whether a transaction's changes are before the cursor. Null: within the pages of an answer.
  bool Function(int transaction)? _seen;

  /// Applied from broadcasts, and not before the cursor yet: sequence → transaction.
  final _early = <int, int>{};

  /// The last change that was applied of each row, the row that changed last at the end.
  final _rows = <String, int>{};

  /// Broadcasts that may not be applied yet, by sequence.
  final _waiting = <int, Change>{};

  /// Whether a broadcast waits for changes that only `changes_since` has.
  bool get isBehind => _waiting.isNotEmpty;

  /// Returns the changes to apply now that this broadcast has arrived.
  List<Change> receive(Change change) {
    final seen = _seen;
    if (_early.containsKey(change.sequence) ||
        (seen != null && seen(change.transaction))) {
      return const [];
    }
    _waiting[change.sequence] = change;
    return _applyWaiting();
  }

  /// Returns the changes to apply now that this answer has arrived, which was asked for with [cursor].
  List<Change> read(Page page) {
    if (page.gone) {
      _early.clear();
      _rows.clear();
      // Those after the new cursor are read; the others may be another server's.
      _waiting.clear();
    }
    final changes = <Change>[];
    for (final change in page.changes) {
      _waiting.remove(change.sequence);
      if (_early.remove(change.sequence) != null) continue;
      _note(change);
      changes.add(change);
    }
    cursor = page.cursor;
    if (page.more) {
      _seen = null;
      return changes;
    }
    final seen = _seenIn(page.snapshot);
    _seen = seen;
    _early.removeWhere((_, transaction) => seen(transaction));
    _waiting.removeWhere((_, change) => seen(change.transaction));
    return [...changes, ..._applyWaiting()];
  }

  List<Change> _applyWaiting() {
    if (_seen == null) return const [];
    final applied = <Change>[];
    final waiting = _waiting.values.toList()
      ..sort((a, b) => a.sequence.compareTo(b.sequence));
    for (final change in waiting) {
      // Where the change before is not known to be applied, it may have been lost, and is read first.
      if (change.previous != null && _rows[change._key] != change.previous) {
        continue;
      }
      _waiting.remove(change.sequence);
      _early[change.sequence] = change.transaction;
      _note(change);
      applied.add(change);
    }
    return applied;
  }

  void _note(Change change) {
    _rows.remove(change._key);
    _rows[change._key] = change.sequence;
    if (_rows.length > _rowsKept) _rows.remove(_rows.keys.first);
  }
}
